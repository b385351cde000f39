/** Numbers of people for whoever works here, in whole groups. */

/** Rounded down, so that no difference of two numbers is about fewer people than a group; null: fewer than one. */
export const inGroups = (groupMin: number, people: number): number | null =>
  people < groupMin ? null : Math.floor(people / groupMin) * groupMin;
