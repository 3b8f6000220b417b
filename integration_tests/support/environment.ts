/** A process of jest has settings that a user's process lacks: experimental modules, a worker's number. */
export function withoutJest(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const { NODE_OPTIONS: _options, JEST_WORKER_ID: _worker, NODE_ENV: _environment, LOG_LEVEL: _level, ...rest } = env;
  return rest;
}
