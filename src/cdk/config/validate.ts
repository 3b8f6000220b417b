import type { ErrorObject } from 'ajv';
import { configError } from '../protocol/errors.ts';
import { isObject, type JsonObject, type JsonValue } from '../protocol/json.ts';
import { errorsToReport } from './errors-to-report.ts';

interface ConfigProblem {
  /** Where it is: `start_date`, or `login.password` at depth. */
  readonly field: string;
  /** What is wrong. It never quotes the value, which may be a secret in the wrong field. */
  readonly sentence: string;
}

/** Field → what is wrong with its text beyond what a schema can say, as sentences that follow its name. */
export type FieldRules = Readonly<Record<string, (value: string) => string[]>>;

/**
 * The user's config as `connectionSpecification` describes it: cleared fields (null or an empty text) left out, defaults filled
 * in. Throws one config_error that lists every problem by its field. `Config`: the type that the specification describes.
 */
export async function requireValidConfig<Config>(
  raw: JsonObject,
  connectionSpecification: JsonObject,
  rules: FieldRules = {},
): Promise<Config> {
  const { config, problems } = await validateConfig(raw, connectionSpecification);
  // A rule can say something true only of a value that has the form.
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

/** A config as its specification describes it: cleared fields left out, defaults filled in, and what is wrong with it. */
interface ValidatedConfig {
  readonly config: JsonObject;
  readonly problems: readonly ConfigProblem[];
}

/** Holds a config against the `connectionSpecification` of its source. ajv is loaded here, since `spec` does without it. */
export async function validateConfig(raw: JsonObject, connectionSpecification: JsonObject): Promise<ValidatedConfig> {
  const [{ Ajv }, { default: addFormats }] = await Promise.all([import('ajv'), import('ajv-formats')]);
  const ajv = new Ajv({
    allErrors: true,
    // Errors carry their schema, where `pattern_descriptor` is.
    verbose: true,
    useDefaults: true,
    // Not validated itself: that takes half of ajv's time, and belongs into a test of the source.
    validateSchema: false,
    // Specifications have words of Airbyte's forms (`order`, `airbyte_secret`), which ajv does not know.
    strict: false,
    // It would write to stderr.
    logger: false,
  });
  addFormats.default(ajv);
  const validate = ajv.compile(connectionSpecification);
  const config = withoutClearedFields(raw);
  if (validate(config)) return { config, problems: [] };
  return { config, problems: distinct(errorsToReport(validate.errors ?? []).map(toProblem)) };
}

/** A copy without the fields that hold null or an empty text, which is how forms send a field that was cleared. */
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
        ? 'has none of its possible forms'
        : 'has more than one of its possible forms';
    case 'anyOf':
      return 'has none of its possible forms';
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
