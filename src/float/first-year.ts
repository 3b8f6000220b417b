/** Float began in 2012: nothing is dated earlier, so nothing earlier is asked for. */
export const FIRST_YEAR = 2012;
