// Exceptions by mail.
import type { Channel } from './channel.ts';
import { headline, sendWithinMs, textOf } from './channel.ts';

export interface MailServer {
  readonly host: string;
  readonly port: number;
  /** TLS from the first byte; otherwise STARTTLS, without which nothing is sent unless `plain` */
  readonly tls: boolean;
  /** on this machine only */
  readonly plain: boolean;
  readonly login?: { readonly user: string; readonly password: string };
  readonly from: string;
  readonly to: readonly string[];
}

export const byMail = ({ host, port, tls, plain, login, from, to }: MailServer): Channel => ({
  name: 'mail',
  send: async (notice) => {
    // loaded by who has something to say
    const { createTransport } = await import('nodemailer');
    const transport = createTransport({
      host,
      port,
      secure: tls,
      requireTLS: !tls && !plain,
      ignoreTLS: plain,
      ...(login && { auth: { user: login.user, pass: login.password } }),
      connectionTimeout: sendWithinMs,
      greetingTimeout: sendWithinMs,
      socketTimeout: sendWithinMs,
      disableFileAccess: true,
      disableUrlAccess: true,
    });
    try {
      const { rejected } = await transport.sendMail({
        from,
        to: [...to],
        subject: `Cordon: ${headline(notice)}`,
        text: textOf(notice),
        headers: { 'Auto-Submitted': 'auto-generated' },
      });
      if (rejected.length > 0) throw new Error('a recipient was refused');
    } finally {
      transport.close();
    }
  },
});
