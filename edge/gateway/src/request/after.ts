/**
 * What comes next, at once where there is nothing to wait for. Most requests find all that they ask about at hand, and a
 * promise for each step would cost them as much as all that is checked beside the signature.
 */
export function after<T, R>(value: T | Promise<T>, next: (value: T) => R | Promise<R>): R | Promise<R> {
  return value instanceof Promise ? value.then(next) : next(value);
}
