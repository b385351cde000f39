/** An object of JSON Schema; all of its properties are there, unless fewer are said to be. */
export const object = (properties: Record<string, object>, required = Object.keys(properties)) => ({
  type: 'object',
  required,
  properties,
});
