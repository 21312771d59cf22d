/** JSON with line breaks for the eye; other text stays as it is. Pure. */
export function pretty(body: string | undefined): string {
  try {
    return JSON.stringify(JSON.parse(body ?? ""), null, 2);
  } catch {
    return body ?? "";
  }
}
