/** What went wrong, in words for whoever runs the demo: no stack is shown. */
export class Failure extends Error {}
