type List<T = string> = readonly [T, ...T[]];

/** Splits a comma-separated text, which keeps the lists below readable. */
function list(text: string): List {
  const [first = '', ...rest] = text.split(', ');
  return [first, ...rest];
}

/** The n-th value of a list that repeats. */
export const cyclic = <T>(list: List<T>, n: number): T => list[n % list.length] ?? list[0];

export const first = list(
  'Amara, Bastien, Chiara, Dmitri, Elif, Farid, Grace, Hiroshi, Ines, Jakub, Keira, Luís, Maren, Nikhil, Oluchi, Priya, Quentin, Rosa, Søren, Thandiwe, Uma, Viktor, Wanjiru, Xiomara, Yusuf, Zoë',
);

export const last = list(
  "Adeyemi, Bergström, Castellanos, Dubois, Eriksen, Fontaine, Grigoryan, Hartmann, Ito, Jansen, Kowalski, Lindqvist, Moreau, Nakamura, O'Connell, Pereira, Quispe, Rossi, Sharma, Tanaka, Usman, Vasquez, Whitfield, Yamada, Zieliński",
);

export const departments = list('Design, Engineering, Brand Design, Strategy, Client Services, Content Strategy');

export const roles = list(
  'Designer, Developer, Project Manager, Copywriter, Strategist, Producer, QA Engineer, Art Director',
);

export const clients = list(
  'Northwind Outfitters, Halcyon Bank, Brightwater Health, Café Miró, Lumen Rail, Orchard & Vale, Tessellate Games, Pinecrest Council',
);

export const projects = list(
  'Website relaunch, Mobile app, Annual report, Brand refresh, Data platform, Campaign “Spring”, Booking portal, Design system, Customer research, Intranet',
);

export const phases = list('Discovery, Design, Build, Launch');

// A project task's name may be empty.
export const tasks = list(
  'Wireframes, Visual design, Front end, Back end, Copy, Testing, , Workshops, Reporting, Project management',
);

export const milestones = list('Kick-off, Design sign-off, Beta, Launch, Retrospective');

export const timeoffTypes = list(
  'Paid Time Off, Sick Leave, Unpaid Leave, Parental Leave, Bereavement, Jury Duty, Public Holiday Swap, Volunteering, Study Leave',
);

export const teamHolidays = list('Summer outing, Founders’ day, Winter break, Spring cleaning');

export const stages = list('Proposal, Likely, On track, Off track, Completed');

export const currencies = list('EUR, USD, GBP');

export const colours = list('0091FF, 0095D8, bfcbdc, E54D2E, 30A46C, F5D90A, 8E4EC6, D6409F');

export const skills = list('Figma, TypeScript, German, Facilitation, SQL');

export const projectTags = list('Retainer, Pitch, Internal, Priority');

export const timezones = list('Europe/Lisbon, America/New_York, Asia/Tokyo, Africa/Nairobi');

/** Name and month-day. */
export const publicHolidays: List<readonly [string, string]> = [
  ["New Year's Day", '01-01'],
  ['Labour Day', '05-01'],
  ['Midsummer', '06-24'],
  ['National Day', '07-14'],
  ['Assumption', '08-15'],
  ["All Saints' Day", '11-01'],
  ['Christmas Day', '12-25'],
  ["St Stephen's Day", '12-26'],
];

export const notes: List = [
  'Waiting for the client.',
  'See the brief, page 4:\n- colours\n- tone of voice',
  'Übergabe an das Team in Zürich ✔',
  'He said "as soon as possible".',
];
