/** Float began in 2012, so no data has an earlier date. */
export const FIRST_YEAR = 2012;
