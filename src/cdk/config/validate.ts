import type { ErrorObject } from 'ajv';
import { configError } from '../protocol/errors.ts';
import { isObject, type JsonObject, type JsonValue } from '../protocol/json.ts';
import { errorsToReport } from './errors-to-report.ts';

interface ConfigProblem {
  /** Path of the field: `start_date`, or `login.password` if nested. */
  readonly field: string;
  /** What is wrong. Never quotes the value, because it may be a secret that was entered in the wrong field. */
  readonly sentence: string;
}

/**
 * Rules that a schema cannot express: field → function that returns problems. Each problem is the end of a sentence that begins
 * with the field's name.
 */
export type FieldRules = Readonly<Record<string, (value: string) => string[]>>;

/**
 * The user's config, checked against `connectionSpecification`, without cleared fields (null or empty string), with defaults.
 * Throws one config_error that lists every problem with its field. `Config`: the type that the specification describes.
 */
export async function requireValidConfig<Config>(
  raw: JsonObject,
  connectionSpecification: JsonObject,
  rules: FieldRules = {},
): Promise<Config> {
  const { config, problems } = await validateConfig(raw, connectionSpecification);
  // Rules are applied only to values that are valid according to the schema.
  const malformed = new Set(problems.map(({ field }) => field));
  const more = Object.entries(rules).flatMap(([field, problemsOf]) => {
    const value = config[field];
    const sentences = typeof value === 'string' && !malformed.has(field) ? problemsOf(value) : [];
    return sentences.map((sentence) => ({ field, sentence }));
  });
  const all = [...problems, ...more];
  if (all.length > 0) {
    throw configError(
      `The config is not valid. ${all.map(({ field, sentence }) => `${field}: ${sentence}`).join(' ')}`,
    );
  }
  return config as Config;
}

/** A config without cleared fields and with defaults, and its problems. */
interface ValidatedConfig {
  readonly config: JsonObject;
  readonly problems: readonly ConfigProblem[];
}

/** Validates a config against `connectionSpecification`. ajv is loaded on demand, because `spec` does not need it. */
export async function validateConfig(raw: JsonObject, connectionSpecification: JsonObject): Promise<ValidatedConfig> {
  const [{ Ajv }, { default: addFormats }] = await Promise.all([import('ajv'), import('ajv-formats')]);
  const ajv = new Ajv({
    allErrors: true,
    // Then errors include their schema. The messages quote its `pattern_descriptor`.
    verbose: true,
    useDefaults: true,
    // The schema itself is not validated: that would take half of ajv's time, and a test of the source can do it.
    validateSchema: false,
    // Specifications contain Airbyte's own keywords (`order`, `airbyte_secret`), which ajv does not know.
    strict: false,
    // ajv's logger writes to stderr, which must stay empty.
    logger: false,
  });
  addFormats.default(ajv);
  const validate = ajv.compile(connectionSpecification);
  const config = withoutClearedFields(raw);
  if (validate(config)) return { config, problems: [] };
  return { config, problems: distinct(errorsToReport(validate.errors ?? []).map(toProblem)) };
}

/** A copy without fields that are null or an empty string. Forms send a cleared field like this. */
function withoutClearedFields(object: JsonObject): JsonObject {
  const kept = Object.entries(object).filter(([, value]) => value !== null && value !== '');
  return Object.fromEntries(kept.map(([name, value]) => [name, copyOf(value)]));
}

function copyOf(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(copyOf);
  return isObject(value) ? withoutClearedFields(value) : value;
}

function toProblem({ instancePath, keyword, params, message, parentSchema }: ErrorObject): ConfigProblem {
  const path = instancePath.split('/').slice(1).map(unescapePointer);
  if (keyword === 'required') path.push(String(params.missingProperty));
  return {
    field: path.join('.') || 'config',
    sentence: `${sentenceOf(keyword, message ?? 'is not valid', params, parentSchema)}.`,
  };
}

function sentenceOf(
  keyword: string,
  message: string,
  params: ErrorObject['params'],
  schema: ErrorObject['parentSchema'],
): string {
  switch (keyword) {
    case 'required':
      return 'is required';
    case 'pattern':
    case 'format':
      return typeof schema?.pattern_descriptor === 'string' ? `must be ${schema.pattern_descriptor}` : message;
    case 'enum':
      return `must be one of ${JSON.stringify(params.allowedValues)}`;
    case 'const':
      return `must be ${JSON.stringify(params.allowedValue)}`;
    case 'oneOf':
      return params.passingSchemas === null
        ? 'fits none of the forms that this field allows'
        : 'fits more than one of the forms that this field allows';
    case 'anyOf':
      return 'fits none of the forms that this field allows';
    default:
      return message;
  }
}

function unescapePointer(segment: string): string {
  return segment.replaceAll('~1', '/').replaceAll('~0', '~');
}

function distinct(problems: readonly ConfigProblem[]): ConfigProblem[] {
  return [...new Map(problems.map((problem) => [`${problem.field}\n${problem.sentence}`, problem])).values()];
}
