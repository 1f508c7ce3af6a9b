import type { IncomingMessage, ServerResponse } from 'node:http';
import { readJsonBody, sendJson, sendText } from './answers.js';
import type { TrainingJob } from './training-job.js';

/** Tells how the training goes; starts or stops it. A request names no file and no option: those are the server's. */
export async function answerTraining(
  request: IncomingMessage,
  response: ServerResponse,
  job: TrainingJob,
): Promise<void> {
  if (request.method === 'POST') {
    const body = await readJsonBody(request, response);
    if (body === undefined) return;
    if (body.order === 'start') {
      if (!job.start()) return sendText(response, 409, 'A training is under way already.');
    } else if (body.order === 'cancel') job.cancel();
    else return sendText(response, 400, 'The order is start or cancel.');
  }
  sendJson(response, job.state());
}
