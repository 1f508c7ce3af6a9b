import { GroundTrendError } from '../errors.js';
import { listZipMembers } from '../read/zip-archive.node.js';

/** What is wrong with a file that should be a ZIP archive, in words; `undefined` for a sound one. Reads it all. */
export async function findZipFault(path: string, name: string): Promise<string | undefined> {
  try {
    const members = await listZipMembers(path, name);
    for (const member of members) {
      // Reading a member to its end checks its length and checksum.
      for await (const _ of member.open());
    }
    return undefined;
  } catch (error) {
    if (error instanceof GroundTrendError && error.code === 'input') {
      return `what came is not a whole ZIP archive: ${error.what}`;
    }
    throw error;
  }
}
