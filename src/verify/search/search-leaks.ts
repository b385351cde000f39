/**
 * Searches for canaries wherever something could have been left: every file below given folders (their names as well),
 * blobs that were collected (logs, metrics), and the environments, command lines and deleted open files of processes.
 * See `forms.ts` for the forms; compressed members are unpacked and searched likewise.
 */
import { access, type FileHandle, open, readdir, readFile, readlink, stat } from 'node:fs/promises';
import path from 'node:path';
import { begins, MEMBER_BYTES_MAX, type Packing, suspects, unpack } from './members.ts';
import { OVERLAP_BYTES, Scanner } from './scanner.ts';

export interface Find {
  readonly canary: string;
  readonly form: string;
  /** The file or blob. */
  readonly where: string;
  /** Offset in it, in bytes; in a compressed member, in what it unpacks to. */
  readonly at: number;
}

export interface SearchPlan {
  readonly canaries: readonly string[];
  readonly folders?: readonly string[];
  /** Names of paths that are left out (with all below), as absolute paths. */
  readonly except?: readonly string[];
  readonly blobs?: Readonly<Record<string, string | Buffer>>;
  readonly pids?: readonly number[];
  /** Only files that changed at or after this time, in milliseconds since 1970. For folders that others use, too. */
  readonly changedSince?: number;
  /**
   * Bytes of files that are read at most, small files first and those of PostgreSQL's tables last; what is left out is counted.
   * Left out: all are read, as they come.
   */
  readonly bytesMax?: number;
  /** Of files of PostgreSQL's tables, only pages that were written at or after this place of its log of changes (`1/8F20B8A8`). */
  readonly pagesSince?: string;
  /** How many folders deep; 1 is the files of a folder itself. */
  readonly depthMax?: number;
}

export interface Searched {
  readonly finds: Find[];
  readonly files: number;
  readonly bytes: number;
  /** Compressed members that were opened. */
  readonly members: number;
  /** Files that could not be read: what lies there is unknown. */
  readonly unread: string[];
  /** What `bytesMax` left out. */
  readonly leftBytes: number;
}

const BLOCK_BYTES = 8 * 1024 * 1024;
/** Members within members are opened this deep. */
const DEPTH_MAX = 3;

export async function searchLeaks(plan: SearchPlan): Promise<Searched> {
  const search = new Search(plan);
  for (const folder of plan.folders ?? []) {
    await access(folder); // A misspelt folder would look clean.
    await search.tree(folder, plan.depthMax ?? Number.POSITIVE_INFINITY);
  }
  await search.waiting();
  for (const [name, blob] of Object.entries(plan.blobs ?? {})) await search.blob(name, Buffer.from(blob), 0);
  for (const pid of plan.pids ?? []) await search.process(pid);
  return search;
}

class Search implements Searched {
  readonly finds: Find[] = [];
  readonly unread: string[] = [];
  files = 0;
  bytes = 0;
  members = 0;
  leftBytes = 0;
  readonly #waiting: WaitingFile[] = [];
  readonly #bytesMax: number | null;
  readonly #pagesSince: bigint | null;
  readonly #scanner: Scanner;
  readonly #except: ReadonlySet<string>;
  readonly #changedSince: number;
  readonly #block = Buffer.allocUnsafeSlow(BLOCK_BYTES + OVERLAP_BYTES);

  constructor(plan: SearchPlan) {
    this.#scanner = new Scanner(plan.canaries);
    this.#except = new Set(plan.except);
    this.#changedSince = plan.changedSince ?? 0;
    this.#bytesMax = plan.bytesMax ?? null;
    this.#pagesSince = plan.pagesSince === undefined ? null : lsnOf(plan.pagesSince);
  }

  async tree(folder: string, depth: number): Promise<void> {
    if (this.#except.has(folder)) return;
    let entries: Awaited<ReturnType<typeof listing>>;
    try {
      entries = await listing(folder);
    } catch (error) {
      this.#couldNotRead(folder, error);
      return;
    }
    for (const entry of entries) {
      const where = path.join(folder, entry.name);
      this.#scan(`name of ${where}`, Buffer.from(entry.name), 0);
      if (entry.isDirectory()) {
        if (depth > 1) await this.tree(where, depth - 1);
      } else if (entry.isFile() && !this.#except.has(where)) await this.file(where);
      else if (entry.isSymbolicLink())
        this.#scan(`target of ${where}`, Buffer.from(await readlink(where).catch(() => '')), 0);
    }
  }

  async file(where: string): Promise<void> {
    try {
      if (this.#changedSince === 0 && this.#bytesMax === null) return await this.#open(where);
      const { mtimeMs, size } = await stat(where);
      if (mtimeMs < this.#changedSince) return;
      if (this.#bytesMax === null) await this.#open(where);
      else this.#waiting.push({ where, size, isOfTable: OF_A_TABLE.test(where) });
    } catch (error) {
      this.#couldNotRead(where, error);
    }
  }

  /** Files that had to wait until all were known. */
  async waiting(): Promise<void> {
    const order = this.#waiting.sort(
      (one, other) => Number(one.isOfTable) - Number(other.isOfTable) || one.size - other.size,
    );
    for (const { where, size } of order) {
      if (this.bytes + size > (this.#bytesMax ?? 0)) this.leftBytes += size;
      else await this.#open(where);
    }
  }

  async #open(where: string): Promise<void> {
    let handle: FileHandle | undefined;
    try {
      handle = await open(where, 'r');
      this.files++;
      await this.#read(handle, where);
    } catch (error) {
      this.#couldNotRead(where, error);
    } finally {
      await handle?.close();
    }
  }

  async blob(where: string, data: Buffer, depth: number): Promise<void> {
    this.#scan(where, data, 0);
    if (depth >= DEPTH_MAX) return;
    for (const member of suspects(data)) {
      const packed = data.subarray(member.at, member.at + MEMBER_BYTES_MAX);
      await this.#member(`${member.packing} in ${where} at ${member.at}`, packed, member.packing, depth);
    }
  }

  async process(pid: number): Promise<void> {
    for (const name of ['environ', 'cmdline', 'comm']) {
      const where = `/proc/${pid}/${name}`;
      const data = await readFile(where).catch(() => null);
      if (data !== null) await this.blob(where, data, 0);
    }
    const folder = `/proc/${pid}/fd`;
    for (const fd of await readdir(folder).catch(() => [])) {
      const where = path.join(folder, fd);
      const target = await readlink(where).catch(() => '');
      if (/^\/.* \(deleted\)$/.test(target) && (await stat(where).catch(() => null))?.isFile())
        await this.file(where);
    }
  }

  /** Reads a file block by block; the end of each is looked at again together with the next. */
  async #read(handle: FileHandle, where: string): Promise<void> {
    if (this.#pagesSince !== null && OF_A_TABLE.test(where))
      return this.#readPages(handle, where, this.#pagesSince);
    let kept = 0;
    for (let position = 0; ; ) {
      const { bytesRead } = await handle.read(this.#block, kept, BLOCK_BYTES, position);
      if (bytesRead === 0) return;
      this.bytes += bytesRead;
      const data = this.#block.subarray(0, kept + bytesRead);
      const begin = position - kept;
      if (!isZero(data)) {
        this.#scan(where, data, begin);
        await this.#membersOf(handle, where, data, begin, kept);
      }
      position += bytesRead;
      kept = Math.min(OVERLAP_BYTES, data.length);
      this.#block.copyWithin(0, data.length - kept, data.length);
    }
  }

  /** Each page begins with the place in the log of changes where it was written last: two words of 32 bits, the high one first. */
  async #readPages(handle: FileHandle, where: string, since: bigint): Promise<void> {
    for (let position = 0; ; ) {
      const { bytesRead } = await handle.read(this.#block, 0, BLOCK_BYTES, position);
      if (bytesRead === 0) return;
      this.bytes += bytesRead;
      for (let at = 0; at + PAGE_BYTES <= bytesRead; at += PAGE_BYTES) {
        const high = this.#block.readUInt32LE(at);
        const low = this.#block.readUInt32LE(at + 4);
        if ((BigInt(high) << 32n) + BigInt(low) >= since)
          this.#scan(where, this.#block.subarray(at, at + PAGE_BYTES), position + at);
      }
      position += bytesRead;
    }
  }

  async #membersOf(
    handle: FileHandle,
    where: string,
    data: Buffer,
    begin: number,
    seen: number,
  ): Promise<void> {
    for (const member of suspects(data)) {
      if (seen > 0 && member.at + MAGIC_BYTES <= seen) continue;
      let packed = data.subarray(member.at);
      // What goes on after this block is fetched only for what begins like a member.
      if (packed.length > ENOUGH_TO_TELL_BYTES && !begins(member.packing, packed)) continue;
      if (member.at + MEMBER_BYTES_MAX > data.length) {
        const more = Buffer.alloc(MEMBER_BYTES_MAX);
        const { bytesRead } = await handle.read(more, 0, MEMBER_BYTES_MAX, begin + member.at);
        packed = more.subarray(0, bytesRead);
      }
      await this.#member(`${member.packing} in ${where} at ${begin + member.at}`, packed, member.packing, 0);
    }
  }

  async #member(where: string, packed: Buffer, packing: Packing, depth: number): Promise<void> {
    if (!begins(packing, packed)) return;
    const data = await unpack(packing, packed);
    if (data.length === 0) return;
    this.members++;
    await this.blob(where, data, depth + 1);
  }

  #scan(where: string, data: Buffer, begin: number): void {
    for (const { canary, form, at } of this.#scanner.scan(data)) {
      const known = this.finds.some(
        (find) => find.canary === canary && find.form === form && find.where === where,
      );
      if (!known) this.finds.push({ canary, form, where, at: begin + at });
    }
  }

  /** A file that went away meanwhile holds nothing; any other reason leaves a question. */
  #couldNotRead(where: string, error: unknown): void {
    const code = (error as NodeJS.ErrnoException).code;
    if (code !== 'ENOENT' && code !== 'ESRCH') this.unread.push(where);
  }
}

interface WaitingFile {
  readonly where: string;
  readonly size: number;
  readonly isOfTable: boolean;
}

/** Tables and indexes, in folders by the numbers of their databases. */
const OF_A_TABLE = /\/base\/\d+\/\d+(\.\d+)?$/;
const PAGE_BYTES = 8192;

function lsnOf(text: string): bigint {
  const [high = '0', low = '0'] = text.split('/');
  return (BigInt(`0x${high}`) << 32n) + BigInt(`0x${low}`);
}

/** Bytes that tell a member's kind, at most. */
const MAGIC_BYTES = 4;
/** Bytes from which a member can be told from chance. */
const ENOUGH_TO_TELL_BYTES = 1024;
const ZEROS = Buffer.alloc(BLOCK_BYTES + OVERLAP_BYTES);

const listing = (folder: string) => readdir(folder, { withFileTypes: true });
const isZero = (data: Buffer): boolean => data.equals(ZEROS.subarray(0, data.length));
