// Exceptions as JSON by HTTPS. Who receives it knows by the signature that it is ours, and by its time that it is new.
import { createHmac } from 'node:crypto';
import { kindOf } from '../../schemas/exception.ts';
import type { Exception } from '../../schemas/exception.ts';
import type { Channel } from './channel.ts';
import { sendWithinMs } from './channel.ts';

/** HMAC-SHA-256 over the body, byte for byte. */
export const signatureHeader = 'Cordon-Signature';

export const byWebhook = ({ url, key }: { readonly url: string; readonly key: Uint8Array }): Channel => ({
  name: 'webhook',
  send: async ({ raised, closed }) => {
    const body = JSON.stringify({
      v: 1,
      sentAt: new Date().toISOString(),
      raised: raised.map(told),
      closed: closed.map(told),
    });
    const signature = `sha256=${createHmac('sha256', key).update(body).digest('hex')}`;
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', [signatureHeader]: signature },
      body,
      // it would be told to whoever the answer names
      redirect: 'error',
      signal: AbortSignal.timeout(sendWithinMs),
    });
    await answer.body?.cancel();
    if (!answer.ok) throw new Error('the webhook did not take it');
  },
});

const told = (exception: Exception) => ({
  ...exception,
  says: kindOf(exception.code).says,
  remedy: kindOf(exception.code).remedy,
});
