type Environment = Readonly<Record<string, string | undefined>>;

/** Name the proxy of https requests. The first that is set counts; lower case comes first, as in curl. */
const VARIABLES = ['https_proxy', 'HTTPS_PROXY', 'all_proxy', 'ALL_PROXY'];

/** The password in an address: between the first colon after the scheme and the last @ of the authority. */
const PASSWORD = /^(?:[a-z][a-z\d+.-]*:\/\/)?[^:@/]*:([^/]*)@/i;

export interface ProxySetting {
  readonly variable: string;
  /** With a scheme; not checked. */
  readonly address: string;
}

/** The proxy of https requests, if there is one. An address without a scheme is one of plain http, as in curl. */
export function proxySetting(environment: Environment): ProxySetting | undefined {
  for (const variable of VARIABLES) {
    const value = environment[variable]?.trim();
    if (value) return { variable, address: value.includes('://') ? value : `http://${value}` };
  }
  return undefined;
}

/** Passwords of all proxies that the environment names, as they are written there and as they are meant. */
export function proxySecrets(environment: Environment): string[] {
  return VARIABLES.flatMap((variable) => {
    const password = PASSWORD.exec(environment[variable]?.trim() ?? '')?.[1];
    return password ? [password, decoded(password)] : [];
  });
}

/** Percent-encoding undone; a text that is none stays as it is. */
export function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
