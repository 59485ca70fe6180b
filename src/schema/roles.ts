/** The roles of one database under their real names; see ARCHITECTURE.md, Roles. */
export interface DatabaseRoles {
  readonly owner: string;
  readonly authenticator: string;
  readonly service: string;
  readonly anon: string;
  readonly authenticated: string;
  readonly serviceRole: string;
}
