/** An error whose message is for the user of the demo and is shown without a stack trace. */
export class Failure extends Error {}
