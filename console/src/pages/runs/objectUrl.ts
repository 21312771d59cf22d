/** The address of an object as MPS writes it; every server that speaks MPS reads this form. Pure. */
export function objectUrl(bucket: string, location: string, object: string): string {
  return `http://${bucket}.${location}.aliyuncs.com/${object.split("/").map(encodeURIComponent).join("/")}`;
}
