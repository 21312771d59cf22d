/** Days of the reader's time zone, YYYY-MM-DD, as the times that MPS takes; undefined for what is no day. Pure. */
export const dayStart = (text: string | undefined): string | undefined => moment(text, "00:00:00.000");
export const dayEnd = (text: string | undefined): string | undefined => moment(text, "23:59:59.999");

function moment(text: string | undefined, time: string): string | undefined {
  if (!text || !/^\d{4}-\d{2}-\d{2}$/.test(text)) return undefined;
  const found = new Date(`${text}T${time}`);
  return Number.isNaN(found.getTime()) ? undefined : `${found.toISOString().slice(0, 19)}Z`;
}
