/** Loaded before the connector by `--import`: time stands still, so that what depends on today is the same every day. */
const now = Number(process.env.PINNED_DATE);

globalThis.Date = class extends Date {
  constructor(...args) {
    super(...(args.length === 0 ? [now] : args));
  }

  static now() {
    return now;
  }
};
