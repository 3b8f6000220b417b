/** How many months are left to read for each report. All reports share one quota, and their requests alternate. */
export class MonthsLeft {
  private readonly ofReports = new Map<string, number>();

  set(report: string, months: number): void {
    this.ofReports.set(report, months);
  }

  /** Requests until all months of the report are read, including the requests of other reports in between. */
  requestsUntilDone(report: string): number {
    const own = this.ofReports.get(report) ?? 0;
    let requests = own;
    for (const [name, months] of this.ofReports) if (name !== report) requests += Math.min(own, months);
    return requests;
  }
}
