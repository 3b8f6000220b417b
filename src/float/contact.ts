/** The fields of package.json that the connector reads. */
export interface Project {
  readonly name: string;
  readonly version: string;
  readonly homepage?: string;
  readonly bugs?: { readonly url?: string };
}

/**
 * The User-Agent. Float asks every client for its name and a contact: `contactEmail`, else the project's page, else none.
 * There is no placeholder address, because nobody would receive the mail.
 */
export function userAgent({ name, version, homepage, bugs }: Project, contactEmail: string | undefined): string {
  const contact = contactEmail ?? homepage ?? bugs?.url;
  return contact === undefined ? `${name}/${version}` : `${name}/${version} (${contact})`;
}
