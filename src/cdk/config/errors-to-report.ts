import type { ErrorObject } from 'ajv';

/**
 * Of ajv's errors those that users can act on. Where a value may have one of several forms (`oneOf`, `anyOf`), ajv reports the
 * errors of every form, which contradict each other. Only the form that the config names by its constants counts; where it
 * names none, that no form fits is all there is to say.
 */
export function errorsToReport(errors: readonly ErrorObject[]): ErrorObject[] {
  // What `then` or `else` found wrong is reported by itself.
  let left = errors.filter(({ keyword }) => keyword !== 'if');
  const choices = left.filter(({ keyword }) => keyword === 'oneOf' || keyword === 'anyOf');
  // The outermost first: what is inside of a form that does not count goes with it.
  choices.sort((a, b) => a.schemaPath.length - b.schemaPath.length);
  for (const choice of choices) {
    if (!left.includes(choice)) continue;
    const forms = new Map(left.map((error) => [error, formWithin(choice, error)]));
    const possible = new Set(forms.values());
    for (const [error, form] of forms) if (isOfAnotherForm(choice, error)) possible.delete(form);
    possible.delete(undefined);
    const named = possible.size === 1 ? [...possible][0] : undefined;
    left = left.filter((error) => {
      if (error === choice) return named === undefined;
      const form = forms.get(error);
      return form === undefined || form === named;
    });
  }
  // A form says nothing true of a value of another type.
  const mistyped = new Set(left.flatMap(({ keyword, instancePath }) => (keyword === 'type' ? [instancePath] : [])));
  return left.filter(({ keyword, instancePath }) => keyword === 'type' || !mistyped.has(instancePath));
}

/** The number of the form of `choice` that an error is about. */
function formWithin(choice: ErrorObject, error: ErrorObject): string | undefined {
  const isInside =
    error.schemaPath.startsWith(`${choice.schemaPath}/`) && error.instancePath.startsWith(choice.instancePath);
  return isInside ? error.schemaPath.slice(choice.schemaPath.length + 1).split('/')[0] : undefined;
}

/** Whether a constant of the form says that the config means another one: of the value itself or of a member. */
function isOfAnotherForm(choice: ErrorObject, { keyword, instancePath }: ErrorObject): boolean {
  const depth = instancePath.slice(choice.instancePath.length).split('/').length - 1;
  return (keyword === 'const' || keyword === 'enum') && depth <= 1;
}
