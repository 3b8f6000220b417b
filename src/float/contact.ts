/** What package.json says of the project. */
export interface Project {
  readonly name: string;
  readonly version: string;
  readonly homepage?: string;
  readonly bugs?: { readonly url?: string };
}

/**
 * Float asks every client for its name and a contact. Without an address of the user, the project's page is the contact, and
 * without one there is none: an address that nobody reads would be worse.
 */
export function userAgent({ name, version, homepage, bugs }: Project, contactEmail: string | undefined): string {
  const contact = contactEmail ?? homepage ?? bugs?.url;
  return contact === undefined ? `${name}/${version}` : `${name}/${version} (${contact})`;
}
