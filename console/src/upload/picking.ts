import type { Picked } from "./plan";

/** Files of an `<input>`; those of a folder tell their path in it. */
export const fromInput = (files: FileList | null): Picked[] => [...(files ?? [])].map((file) => ({ file, path: file.webkitRelativePath || file.name }));

/** Files and whole folders that were dropped. */
export async function fromDrop(data: DataTransfer): Promise<Picked[]> {
  // The entries must be taken before the first wait: the list empties itself when the event ends.
  const entries = [...data.items].map((item) => item.webkitGetAsEntry()).filter((entry) => entry !== null);
  return (await Promise.all(entries.map((entry) => walk(entry, "")))).flat();
}

async function walk(entry: FileSystemEntry, folder: string): Promise<Picked[]> {
  const path = folder + entry.name;
  if (isFile(entry)) return [{ file: await new Promise<File>((resolve, reject) => entry.file(resolve, reject)), path }];
  const children = await readAll((entry as FileSystemDirectoryEntry).createReader());
  return (await Promise.all(children.map((child) => walk(child, `${path}/`)))).flat();
}

const isFile = (entry: FileSystemEntry): entry is FileSystemFileEntry => entry.isFile;

/** A reader gives at most a hundred entries at a time. */
async function readAll(reader: FileSystemDirectoryReader): Promise<FileSystemEntry[]> {
  const found: FileSystemEntry[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (!some.length) return found;
    found.push(...some);
  }
}
