import type { ErrorObject } from 'ajv';

/**
 * Selects the ajv errors that help users. If a value may have one of several forms (`oneOf`, `anyOf`), ajv reports the errors
 * of all forms, and these contradict each other. Only errors of the form that the config chooses by its constants are kept. If
 * the config chooses none, a single error says that no form fits.
 */
export function errorsToReport(errors: readonly ErrorObject[]): ErrorObject[] {
  // Errors inside `then` or `else` are reported separately.
  let left = errors.filter(({ keyword }) => keyword !== 'if');
  const choices = left.filter(({ keyword }) => keyword === 'oneOf' || keyword === 'anyOf');
  // Outermost first, because the inner choices of a dropped form are dropped too.
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
  // If the type is wrong, all other errors of that value are misleading.
  const mistyped = new Set(left.flatMap(({ keyword, instancePath }) => (keyword === 'type' ? [instancePath] : [])));
  return left.filter(({ keyword, instancePath }) => keyword === 'type' || !mistyped.has(instancePath));
}

/** The index of the form of `choice` to which an error belongs. */
function formWithin(choice: ErrorObject, error: ErrorObject): string | undefined {
  const isInside =
    error.schemaPath.startsWith(`${choice.schemaPath}/`) && error.instancePath.startsWith(choice.instancePath);
  return isInside ? error.schemaPath.slice(choice.schemaPath.length + 1).split('/')[0] : undefined;
}

/** Whether a constant of the form, on the value or a direct member, shows that the config chooses another form. */
function isOfAnotherForm(choice: ErrorObject, { keyword, instancePath }: ErrorObject): boolean {
  const depth = instancePath.slice(choice.instancePath.length).split('/').length - 1;
  return (keyword === 'const' || keyword === 'enum') && depth <= 1;
}
