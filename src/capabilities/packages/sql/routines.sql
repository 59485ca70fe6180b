-- A version as something that compares: numbers padded, then the parts of its pre-release; a release is above all of
-- them. Null for what is no version.
create or replace function _pgpm.version_key(p_version text)
returns text[]
language sql
immutable
parallel safe
set search_path = ''
begin atomic
  select
    array[
      pg_catalog.lpad(part[1], 10, '0'),
      pg_catalog.lpad(coalesce(part[2], '0'), 10, '0'),
      pg_catalog.lpad(coalesce(part[3], '0'), 10, '0')
    ] || case
      when coalesce(part[4], part[5]) is null then array['~']
      else (
        select pg_catalog.array_agg(
          case when item ~ '^\d{1,15}$' then '0' || pg_catalog.lpad(item, 15, '0') else '1' || item end
          order by place
        )
        from pg_catalog.string_to_table(coalesce(part[4], part[5]), '.') with ordinality as list(item, place)
      )
    end
  from pg_catalog.regexp_match(
    pg_catalog.btrim(p_version),
    '^[vV]?(\d{1,9})(?:[._](\d{1,9}))?(?:[._](\d{1,9}))?(?:[-_.]?([A-Za-z][\w.-]*)|-([\w.-]+))?(?:\+[\w.-]+)?$'
  ) as match(part);
end;
comment on function _pgpm.version_key(text) is
  'a version as text that compares as semver.org 11 says (with collate "C"); null for what is no version';

create or replace function _pgpm.satisfies(p_version text, p_requirement text)
returns boolean
language plpgsql
immutable
parallel safe
set search_path = ''
as $body$
declare
  v_key constant text[] := _pgpm.version_key(p_version);
  v_is_release constant boolean := v_key[4] = '~';
  v_alternative text;
  v_comparison text;
  v_parts text[];
  v_count integer;
  v_numbers bigint[];
  v_low text[];
  v_floor text[];
  v_next text[];
  v_meets boolean;
  v_asked boolean;
begin
  if v_key is null then
    raise exception '"%" is not a version', p_version using errcode = 'WD390';
  end if;
  foreach v_alternative in array pg_catalog.string_to_array(case when p_requirement = '' then '*' else p_requirement end, '||') loop
    v_meets := true;
    v_asked := v_is_release;
    v_alternative := pg_catalog.regexp_replace(v_alternative, '^\s*(\S+)\s+-\s+(\S+)\s*$', '>=\1 <=\2');
    v_alternative := pg_catalog.regexp_replace(v_alternative, '([<>=~^]+)\s+', '\1', 'g');
    for v_comparison in
      select item from pg_catalog.regexp_split_to_table(v_alternative, '[\s,]+') as item where item <> ''
    loop
      v_parts := pg_catalog.regexp_match(
        v_comparison,
        '^([<>=~^]*)[vV]?(\d{1,9}|[xX]+|\*)(?:[._](\d{1,9}|[xX]+|\*))?(?:[._](\d{1,9}|[xX]+|\*))?'
        '((?:[-_.]?[A-Za-z][\w.-]*|-[\w.-]+)?(?:\+[\w.-]+)?)$'
      );
      v_count := case
        when v_parts[2] !~ '^\d' then 0
        when coalesce(v_parts[3], 'x') !~ '^\d' then 1
        when coalesce(v_parts[4], 'x') !~ '^\d' then 2
        else 3
      end;
      if v_parts is null or v_parts[1] not in ('', '=', '==', '~', '~>', '^', '<', '<=', '>', '>=')
        or (v_count < 2 and v_parts[4] ~ '^\d') or (v_count = 0 and v_parts[3] ~ '^\d')
        or (v_count < 3 and v_parts[5] <> '')
      then
        raise exception '"%" is not a range of versions', p_requirement using errcode = 'WD391';
      end if;
      v_numbers := array[
        case when v_count > 0 then v_parts[2]::bigint else 0 end,
        case when v_count > 1 then v_parts[3]::bigint else 0 end,
        case when v_count > 2 then v_parts[4]::bigint else 0 end
      ];
      v_low := _pgpm.version_key(pg_catalog.array_to_string(v_numbers, '.') || coalesce(v_parts[5], ''));
      v_floor := case when v_low[4] = '~' then v_low[1:3] || array['0'] else v_low end;
      v_next := _pgpm.version_key(
        case
          when v_parts[1] = '^' and v_numbers[1] = 0 and v_count > 1 then
            case
              when v_numbers[2] = 0 and v_count > 2 then pg_catalog.format('0.0.%s', v_numbers[3] + 1)
              else pg_catalog.format('0.%s', v_numbers[2] + 1)
            end
          when v_count = 1 or v_parts[1] = '^' then (v_numbers[1] + 1)::text
          else pg_catalog.format('%s.%s', v_numbers[1], v_numbers[2] + 1)
        end
      );
      v_next := v_next[1:3] || array['0'];
      v_meets := v_meets and case
        when v_parts[1] in ('<', '>') and v_count = 0 then false
        when v_count = 0 then true
        when v_parts[1] = '>=' then v_key >= v_low collate "C"
        when v_parts[1] = '<' then v_key < v_floor collate "C"
        when v_parts[1] = '>' and v_count = 3 then v_key > v_low collate "C"
        when v_parts[1] = '>' then v_key >= v_next[1:3] || array['~'] collate "C"
        when v_parts[1] = '<=' and v_count = 3 then v_key <= v_low collate "C"
        when v_parts[1] = '<=' then v_key < v_next collate "C"
        when v_parts[1] in ('', '=', '==') and v_count = 3 then v_key = v_low
        else v_key >= v_low collate "C" and v_key < v_next collate "C"
      end;
      v_asked := v_asked or (v_count = 3 and v_low[4] <> '~' and v_low[1:3] = v_key[1:3]);
    end loop;
    if v_meets and v_asked then
      return true;
    end if;
  end loop;
  return false;
end;
$body$;
comment on function _pgpm.satisfies(text, text) is
  'whether a version is in a range: ''^1.4'', ''>=1.5.0 <2'', ''1.4.x'', ''=1_4_0'', ''01_04_XX'', ''x'' …';

create or replace function _pgpm.resolve(p_name text, p_requirement text default 'x')
returns table (package_id bigint, version text, schema_name text)
language sql
stable
set search_path = ''
begin atomic
  select package.id, package.version, package.schema_name
  from _pgpm.packages as package
  where package.name = p_name
    and package.status <> 'DELETED'
    and package.old_revision is null
    and _pgpm.satisfies(package.version, p_requirement)
  order by _pgpm.version_key(package.version) collate "C" desc
  limit 1;
end;
comment on function _pgpm.resolve(text, text) is
  'the highest deployed version of a package that is in the range; no row where there is none';

create or replace function _pgpm.set_search_path(p_name text, p_requirement text default 'x', p_local boolean default false)
returns json
language plpgsql
as $body$
declare
  v_package record;
  v_schemas text[];
  v_path text;
begin
  select * into v_package from _pgpm.resolve(p_name, p_requirement);
  if not found then
    raise exception 'no version of the package "%" is deployed that satisfies %', p_name, p_requirement
      using
        errcode = 'WD648',
        detail = coalesce(
          (
            select 'deployed: ' || pg_catalog.string_agg(package.version, ', ' order by _pgpm.version_key(package.version) collate "C" desc)
            from _pgpm.packages as package
            where package.name = p_name and package.status <> 'DELETED' and package.old_revision is null
          ),
          'deployed: none'
        );
  end if;
  with recursive need (id, depth) as (
    select v_package.package_id, 0
    union
    select dependency.dependency_id, need.depth + 1
    from need
    join _pgpm.package_dependencies as dependency on dependency.package_id = need.id
  )
  select pg_catalog.array_agg(schema_name order by depth, name)
  into v_schemas
  from (
    select package.schema_name, package.name, pg_catalog.min(need.depth) as depth
    from need
    join _pgpm.packages as package on package.id = need.id
    where package.schema_name is not null and package.status <> 'DELETED'
    group by package.schema_name, package.name
  ) as schemas;
  v_schemas := coalesce(v_schemas, '{}') || array['public'];
  select pg_catalog.string_agg(pg_catalog.quote_ident(name), ', ' order by place)
  into v_path
  from pg_catalog.unnest(v_schemas) with ordinality as path(name, place);
  perform pg_catalog.set_config('search_path', v_path, p_local);
  if not p_local then
    execute pg_catalog.format('listen %I', 'deployment_events$$' || p_name);
  end if;
  return pg_catalog.json_build_object(
    'package', p_name,
    'version', v_package.version,
    'schema', v_package.schema_name,
    'search_path', v_schemas
  );
end;
$body$;
comment on function _pgpm.set_search_path(text, text, boolean) is
  'puts the package, all that it needs and public on the search_path, and listens to its deployments (not where p_local is true: then for this transaction alone)';

create or replace function _pgpm.outside_dependents(p_schema text)
returns table (kind text, identity text, needs text)
language sql
stable
set search_path = ''
begin atomic
  with recursive falling (classid, objid, objsubid, refclassid, refobjid, refobjsubid) as (
    select 'pg_catalog.pg_namespace'::pg_catalog.regclass::oid, namespace.oid, 0, null::oid, null::oid, null::integer
    from pg_catalog.pg_namespace as namespace
    where namespace.nspname = p_schema
    union
    -- With its rule a view falls.
    select
      case when rewrite.oid is null then depend.classid else 'pg_catalog.pg_class'::pg_catalog.regclass::oid end,
      coalesce(rewrite.ev_class, depend.objid),
      depend.objsubid,
      depend.refclassid,
      depend.refobjid,
      depend.refobjsubid
    from falling
    join pg_catalog.pg_depend as depend
      on depend.refclassid = falling.classid
      and depend.refobjid = falling.objid
      and (falling.objsubid = 0 or depend.refobjsubid = falling.objsubid)
    left join pg_catalog.pg_rewrite as rewrite
      on depend.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass
      and rewrite.oid = depend.objid
      and rewrite.rulename = '_RETURN'
    where depend.deptype in ('n', 'a', 'i', 'P', 'S')
  ),
  -- Parts lie where their whole does.
  placed as (
    select
      falling.classid,
      falling.objid,
      falling.objsubid,
      falling.refclassid,
      falling.refobjid,
      falling.refobjsubid,
      coalesce(
        class.relnamespace, routine.pronamespace, type.typnamespace, operator.oprnamespace, opclass.opcnamespace,
        opfamily.opfnamespace, collation_.collnamespace, statistic.stxnamespace,
        configuration.cfgnamespace, dictionary.dictnamespace, conversion.connamespace, constraint_.connamespace
      ) as namespace
    from falling
    left join pg_catalog.pg_rewrite as rewrite
      on falling.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass and rewrite.oid = falling.objid
    left join pg_catalog.pg_trigger as trigger_
      on falling.classid = 'pg_catalog.pg_trigger'::pg_catalog.regclass and trigger_.oid = falling.objid
    left join pg_catalog.pg_attrdef as attrdef
      on falling.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass and attrdef.oid = falling.objid
    left join pg_catalog.pg_policy as policy
      on falling.classid = 'pg_catalog.pg_policy'::pg_catalog.regclass and policy.oid = falling.objid
    left join pg_catalog.pg_class as class
      on class.oid = coalesce(
        rewrite.ev_class, trigger_.tgrelid, attrdef.adrelid, policy.polrelid,
        case when falling.classid = 'pg_catalog.pg_class'::pg_catalog.regclass then falling.objid end
      )
    left join pg_catalog.pg_proc as routine
      on falling.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass and routine.oid = falling.objid
    left join pg_catalog.pg_type as type
      on falling.classid = 'pg_catalog.pg_type'::pg_catalog.regclass and type.oid = falling.objid
    left join pg_catalog.pg_operator as operator
      on falling.classid = 'pg_catalog.pg_operator'::pg_catalog.regclass and operator.oid = falling.objid
    left join pg_catalog.pg_opclass as opclass
      on falling.classid = 'pg_catalog.pg_opclass'::pg_catalog.regclass and opclass.oid = falling.objid
    left join pg_catalog.pg_opfamily as opfamily
      on falling.classid = 'pg_catalog.pg_opfamily'::pg_catalog.regclass and opfamily.oid = falling.objid
    left join pg_catalog.pg_collation as collation_
      on falling.classid = 'pg_catalog.pg_collation'::pg_catalog.regclass and collation_.oid = falling.objid
    left join pg_catalog.pg_statistic_ext as statistic
      on falling.classid = 'pg_catalog.pg_statistic_ext'::pg_catalog.regclass and statistic.oid = falling.objid
    left join pg_catalog.pg_ts_config as configuration
      on falling.classid = 'pg_catalog.pg_ts_config'::pg_catalog.regclass and configuration.oid = falling.objid
    left join pg_catalog.pg_ts_dict as dictionary
      on falling.classid = 'pg_catalog.pg_ts_dict'::pg_catalog.regclass and dictionary.oid = falling.objid
    left join pg_catalog.pg_conversion as conversion
      on falling.classid = 'pg_catalog.pg_conversion'::pg_catalog.regclass and conversion.oid = falling.objid
    left join pg_catalog.pg_constraint as constraint_
      on falling.classid = 'pg_catalog.pg_constraint'::pg_catalog.regclass and constraint_.oid = falling.objid
    where falling.refobjid is not null
      -- Those of a foreign key are told by it.
      and trigger_.tgisinternal is not true
  )
  select distinct on (object.type, object.identity)
    object.type,
    object.identity,
    reference.identity
  from placed
  left join pg_catalog.pg_namespace as namespace on namespace.oid = placed.namespace
  cross join lateral pg_catalog.pg_identify_object(placed.classid, placed.objid, placed.objsubid) as object
  cross join lateral pg_catalog.pg_identify_object(placed.refclassid, placed.refobjid, placed.refobjsubid) as reference
  where namespace.nspname is distinct from p_schema
    -- The row type of a relation is told by it.
    and not exists (
      select from pg_catalog.pg_type as row_type
      left join pg_catalog.pg_type as element on element.oid = row_type.typelem
      where placed.classid = 'pg_catalog.pg_type'::pg_catalog.regclass
        and row_type.oid = placed.objid
        and (coalesce(row_type.typrelid, 0) <> 0 or coalesce(element.typarray, 0) = row_type.oid)
    )
    and coalesce(namespace.nspname, '') <> 'pg_toast'
    -- Parts of objects within, that lie in no schema of their own.
    and not (namespace.oid is null and placed.classid in (
      'pg_catalog.pg_amop'::pg_catalog.regclass, 'pg_catalog.pg_amproc'::pg_catalog.regclass,
      'pg_catalog.pg_default_acl'::pg_catalog.regclass
    ))
  order by object.type, object.identity, reference.identity;
end;
comment on function _pgpm.outside_dependents(text) is
  'what lies outside of a schema and depends, by its inner identity, on something in it: all that would go with it';

create or replace function _pgpm.textual_dependents(p_schema text)
returns table (kind text, identity text)
language sql
stable
set search_path = ''
begin atomic
  select object.type, object.identity
  from pg_catalog.pg_proc as routine
  join pg_catalog.pg_namespace as namespace on namespace.oid = routine.pronamespace
  cross join lateral pg_catalog.pg_identify_object('pg_catalog.pg_proc'::pg_catalog.regclass, routine.oid, 0) as object
  where namespace.nspname not in (p_schema, 'pg_catalog', 'information_schema', '_pgpm', 'howdah')
    and routine.prosqlbody is null
    and routine.prosrc ~ ('\m' || pg_catalog.regexp_replace(p_schema, '([^\w])', '\\\1', 'g') || '\M')
  order by object.identity;
end;
comment on function _pgpm.textual_dependents(text) is
  'routines outside of a schema whose text names it: they mean whatever bears the name when they run';

create or replace function _pgpm.drop_schema_smart(p_schema text, p_dry_run boolean default true, p_strict boolean default false)
returns jsonb
language plpgsql
set search_path = ''
as $body$
declare
  v_reasons text[] := '{}';
  v_package record;
begin
  if pg_catalog.to_regnamespace(pg_catalog.quote_ident(p_schema)) is null then
    v_reasons := array[pg_catalog.format('there is no schema %I', p_schema)];
  else
    v_reasons := v_reasons || array(
      select pg_catalog.format('it holds the table %I.%I', p_schema, class.relname)
      from pg_catalog.pg_class as class
      join pg_catalog.pg_namespace as namespace on namespace.oid = class.relnamespace
      where namespace.nspname = p_schema and class.relkind in ('r', 'p', 'f')
      order by class.relname
    ) || array(
      select pg_catalog.format('%s %s depends on %s', dependent.kind, dependent.identity, dependent.needs)
      from _pgpm.outside_dependents(p_schema) as dependent
    ) || array(
      select pg_catalog.format('the package %s %s needs it', package.name, package.version)
      from _pgpm.packages as needed
      join _pgpm.package_dependencies as dependency on dependency.dependency_id = needed.id
      join _pgpm.packages as package on package.id = dependency.package_id and package.status <> 'DELETED'
      where needed.schema_name = p_schema and needed.status <> 'DELETED'
    ) || array(
      select pg_catalog.format('the session %s uses it: %s', activity.pid, pg_catalog.left(activity.query, 100))
      from pg_catalog.pg_stat_activity as activity
      where activity.datname = pg_catalog.current_database()
        and activity.pid <> pg_catalog.pg_backend_pid()
        and activity.query ~ ('\m' || pg_catalog.regexp_replace(p_schema, '([^\w])', '\\\1', 'g') || '\M')
    );
  end if;
  if p_strict and v_reasons <> '{}' then
    raise exception 'the schema "%" is not dropped', p_schema
      using errcode = 'WD657', detail = pg_catalog.array_to_string(v_reasons, e'\n');
  end if;
  if v_reasons = '{}' and not p_dry_run then
    execute pg_catalog.format('drop schema %I cascade', p_schema);
    update _pgpm.packages
    set status = 'DELETED', changed_at = pg_catalog.now()
    where schema_name = p_schema and status <> 'DELETED'
    returning name, version into v_package;
  end if;
  return pg_catalog.jsonb_build_object(
    'schema', p_schema,
    'dropped', v_reasons = '{}' and not p_dry_run,
    'reasons', v_reasons
  );
end;
$body$;
comment on function _pgpm.drop_schema_smart(text, boolean, boolean) is
  'drops a package''s schema unless it holds tables, is in use or something outside depends on it; only says so unless p_dry_run is false; p_strict raises';

create or replace function _pgpm.alter_schema_owner(p_schema text, p_owner text)
returns void
language plpgsql
set search_path = ''
as $body$
declare
  v_statement text;
begin
  for v_statement in
    select pg_catalog.format('alter %s %s owner to %I', kind, identity, p_owner)
    from (
      select
        case class.relkind
          when 'v' then 'view' when 'm' then 'materialized view' when 'S' then 'sequence' when 'f' then 'foreign table'
          when 'c' then 'type'
          else 'table'
        end as kind,
        pg_catalog.format('%I.%I', p_schema, class.relname) as identity,
        class.relowner as owner
      from pg_catalog.pg_class as class
      where class.relnamespace = pg_catalog.to_regnamespace(pg_catalog.quote_ident(p_schema))
        and class.relkind in ('r', 'p', 'v', 'm', 'S', 'f', 'c')
        -- A sequence of a column goes with its table.
        and not exists (
          select from pg_catalog.pg_depend as depend
          where depend.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and depend.objid = class.oid
            and depend.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass and depend.deptype in ('a', 'i')
        )
      union all
      select case type.typtype when 'd' then 'domain' else 'type' end, pg_catalog.format('%I.%I', p_schema, type.typname), type.typowner
      from pg_catalog.pg_type as type
      where type.typnamespace = pg_catalog.to_regnamespace(pg_catalog.quote_ident(p_schema))
        and type.typtype in ('b', 'd', 'e', 'r') and type.typcategory <> 'A'
      union all
      select
        case routine.prokind when 'p' then 'procedure' when 'a' then 'aggregate' else 'function' end,
        pg_catalog.format('%I.%I(%s)', p_schema, routine.proname, pg_catalog.pg_get_function_identity_arguments(routine.oid)),
        routine.proowner
      from pg_catalog.pg_proc as routine
      where routine.pronamespace = pg_catalog.to_regnamespace(pg_catalog.quote_ident(p_schema))
      union all
      select 'schema', pg_catalog.quote_ident(p_schema), namespace.nspowner
      from pg_catalog.pg_namespace as namespace
      where namespace.nspname = p_schema
    ) as object
    where object.owner is distinct from (select role.oid from pg_catalog.pg_roles as role where role.rolname = p_owner)
    -- Only who may create in the schema can be given what is in it.
    order by object.kind = 'schema' desc
  loop
    execute v_statement;
  end loop;
end;
$body$;
comment on function _pgpm.alter_schema_owner(text, text) is 'gives a schema and everything in it to a role';

-- Security definer: whoever changes the database, the log is written; its event triggers are the superuser's to create.
create or replace function _pgpm.log_ddl()
returns event_trigger
language plpgsql
security definer
set search_path = ''
as $body$
begin
  if tg_event = 'sql_drop' then
    insert into _pgpm.ddl_changes_log (tag, object_kind, object_identity, query, user_name, application_name)
    select
      tg_tag, object.object_type, object.object_identity, pg_catalog.left(pg_catalog.current_query(), 10000), session_user,
      pg_catalog.current_setting('application_name')
    from pg_catalog.pg_event_trigger_dropped_objects() as object
    where object.original and not object.is_temporary;
  else
    insert into _pgpm.ddl_changes_log (tag, object_kind, object_identity, query, user_name, application_name)
    select
      tg_tag, object.object_type, object.object_identity, pg_catalog.left(pg_catalog.current_query(), 10000), session_user,
      pg_catalog.current_setting('application_name')
    from pg_catalog.pg_event_trigger_ddl_commands() as object
    where object.schema_name is distinct from 'pg_temp';
  end if;
  perform pg_catalog.pg_notify('ddl_change', session_user::text);
exception
  -- A log that can't be written must not stop whoever works on the database.
  when others then
    raise warning 'the change is not in _pgpm.ddl_changes_log: %', sqlerrm;
end;
$body$;
comment on function _pgpm.log_ddl() is 'writes every DDL command into _pgpm.ddl_changes_log, and tells who listens to ddl_change';
