// algorithm-actor as a user has it: the built package, options from the environment.
import { createAlgorithmActor } from 'algorithm-actor';
import { start } from './handlers.mjs';

createAlgorithmActor({ start }).start();
