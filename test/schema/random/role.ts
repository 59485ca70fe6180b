/** Roles that the statements name: they belong to the cluster, so whoever runs them makes these first. */
export const roles = ["howdah_random_reader", "howdah_random_writer"] as const;
