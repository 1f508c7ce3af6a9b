import type { IncomingMessage, ServerResponse } from 'node:http';
import { GroundTrendError } from '../errors.js';
import type { LabelEntry } from '../evaluate/label-log.js';
import { readJsonBody, sendJson, sendText } from './answers.js';
import type { LabelStore } from './label-store.js';

/** Gives all labels, or takes one more: it is on the disk before it is confirmed. */
export async function answerLabels(
  request: IncomingMessage,
  response: ServerResponse,
  labels: LabelStore,
): Promise<void> {
  if (request.method !== 'POST') return sendJson(response, labels.entries);
  const body = await readJsonBody(request, response);
  if (body === undefined) return;
  try {
    const { pid, label, annotator, note = '' } = body as Partial<LabelEntry>;
    const entry = { pid, label, annotator, note, date: new Date().toISOString() } as LabelEntry;
    await labels.append(entry);
    sendJson(response, entry);
  } catch (error) {
    const isOurs = error instanceof GroundTrendError && error.code === 'output';
    sendText(response, isOurs ? 507 : 400, (error as Error).message);
  }
}
