import { outputOf, type Recogniser } from './recognised.ts';

/** A run that was stopped from outside, according to its own error. */
export const recogniseStopped: Recogniser = ({ className, occurrence: { message, command } }) => {
  // The preload's exception; SignalException and Interrupt where something else let them through.
  if (message.startsWith('stopped by ') || /^(?:Interrupt|SignalException)$/.test(className)) {
    return [{ cause: 'interrupted', seen: `Kamal was ${message.split('\n')[0] || className}` }];
  }
  if (command !== null && /\bcontext canceled\b/.test(outputOf(command)) && (command.status & 0x7f) === 2)
    return [{ cause: 'interrupted' }];
  return [];
};
