import type { EndpointName } from '../../mock-api/endpoints.ts';

/** How the deletions of a stream are followed: by Float's Delete Log, or by comparing the known keys with the list. */
export type Following = 'log' | 'comparison';

interface SimulatedStream {
  readonly endpoint: EndpointName;
  readonly nativeKey: string;
  readonly following: Following;
}

/** The six incremental streams. */
export const STREAMS = {
  people: { endpoint: 'people', nativeKey: 'people_id', following: 'comparison' },
  projects: { endpoint: 'projects', nativeKey: 'project_id', following: 'comparison' },
  phases: { endpoint: 'phases', nativeKey: 'phase_id', following: 'comparison' },
  tasks: { endpoint: 'tasks', nativeKey: 'task_id', following: 'log' },
  time_off: { endpoint: 'timeoffs', nativeKey: 'timeoff_id', following: 'log' },
  logged_time: { endpoint: 'logged-time', nativeKey: 'logged_time_id', following: 'log' },
} as const satisfies Record<string, SimulatedStream>;

export type StreamName = keyof typeof STREAMS;

export const STREAM_NAMES = Object.keys(STREAMS) as StreamName[];

export const isCompared = (stream: StreamName): boolean => STREAMS[stream].following === 'comparison';
