type Environment = Readonly<Record<string, string | undefined>>;

/** Variables for the proxy of https requests. The first one that is set counts; lower case comes first, as in curl. */
const VARIABLES = ['https_proxy', 'HTTPS_PROXY', 'all_proxy', 'ALL_PROXY'];

/** The password in an address: between the first colon after the scheme and the last @ of the authority. */
const PASSWORD = /^(?:[a-z][a-z\d+.-]*:\/\/)?[^:@/]*:([^/]*)@/i;

export interface ProxySetting {
  readonly variable: string;
  /** With a scheme; not checked. */
  readonly address: string;
}

/** The proxy for https requests, if there is one. An address without a scheme means http, as in curl. */
export function proxySetting(environment: Environment): ProxySetting | undefined {
  for (const variable of VARIABLES) {
    const value = environment[variable]?.trim();
    if (value) return { variable, address: value.includes('://') ? value : `http://${value}` };
  }
  return undefined;
}

/** Passwords of all proxies in the environment, both percent-encoded and decoded. */
export function proxySecrets(environment: Environment): string[] {
  return VARIABLES.flatMap((variable) => {
    const password = PASSWORD.exec(environment[variable]?.trim() ?? '')?.[1];
    return password ? [password, decoded(password)] : [];
  });
}

/** The percent-decoded text; unchanged if it is not valid percent-encoding. */
export function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
