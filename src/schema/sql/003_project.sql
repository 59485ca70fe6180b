-- One database holds one project: what another one's files do not declare would be dropped as theirs.
alter table howdah.release add column project text;

comment on column howdah.release.project is 'Name of the project that was assembled, as in its howdah.toml: another one is refused.';
