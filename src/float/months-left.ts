/** How many months are left of each report that is being read. All reports share one quota, and take turns. */
export class MonthsLeft {
  private readonly ofReports = new Map<string, number>();

  set(report: string, months: number): void {
    this.ofReports.set(report, months);
  }

  /** Requests until the report has all of its months, with those of the others that go between them. */
  requestsUntilDone(report: string): number {
    const own = this.ofReports.get(report) ?? 0;
    let requests = own;
    for (const [name, months] of this.ofReports) if (name !== report) requests += Math.min(own, months);
    return requests;
  }
}
