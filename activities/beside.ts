// Work in two transactions at once: a server has more cores than one.

/**
 * Both have ended when it does; of two failures the first one’s is told. ONE of them may take the fence: the other would
 * wait for what that one has changed, and that one for the other.
 */
export const beside = async <A, B>(first: Promise<A>, second: Promise<B>): Promise<readonly [A, B]> => {
  await Promise.allSettled([first, second]);
  return [await first, await second];
};
