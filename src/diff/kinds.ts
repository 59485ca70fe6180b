import type { FactKind } from "./fact.ts";
import type { Kind } from "./kind.ts";
import { accessMethod } from "./kinds/access-method.ts";
import { baseType, shellType } from "./kinds/base-type.ts";
import { cast } from "./kinds/cast.ts";
import { collation } from "./kinds/collation.ts";
import { column } from "./kinds/column.ts";
import { attribute, compositeType } from "./kinds/composite-type.ts";
import { constraint } from "./kinds/constraint.ts";
import { conversion } from "./kinds/conversion.ts";
import { columnDefault } from "./kinds/default.ts";
import { defaultPrivileges } from "./kinds/default-privileges.ts";
import { domainConstraint } from "./kinds/domain-constraint.ts";
import { domain } from "./kinds/domain.ts";
import { enumType } from "./kinds/enum.ts";
import { eventTrigger } from "./kinds/event-trigger.ts";
import { extension } from "./kinds/extension.ts";
import { foreignDataWrapper, server, userMapping } from "./kinds/foreign-data.ts";
import { identity } from "./kinds/identity.ts";
import { inheritance } from "./kinds/inheritance.ts";
import { language } from "./kinds/language.ts";
import { operator, operatorClass, operatorFamily } from "./kinds/operator.ts";
import { policy } from "./kinds/policy.ts";
import { publication, publicationSchema, publicationTable } from "./kinds/publication.ts";
import { range } from "./kinds/range.ts";
import { databaseSetting, membership, role, roleSetting } from "./kinds/role.ts";
import { aggregate, procedure, routineFunction } from "./kinds/routine.ts";
import { rule } from "./kinds/rule.ts";
import { schemaKind } from "./kinds/schema.ts";
import { securityLabel } from "./kinds/security-label.ts";
import { ownership, sequence } from "./kinds/sequence.ts";
import { statistics } from "./kinds/statistics.ts";
import { subscription } from "./kinds/subscription.ts";
import { tableIndex } from "./kinds/table-index.ts";
import { foreignTable, table } from "./kinds/table.ts";
import {
  textSearchConfiguration,
  textSearchDictionary,
  textSearchParser,
  textSearchTemplate,
} from "./kinds/text-search.ts";
import { transform } from "./kinds/transform.ts";
import { trigger } from "./kinds/trigger.ts";
import { materializedView, view } from "./kinds/view.ts";

/** What the engine knows of each kind of fact. */
export const kinds: Readonly<Record<FactKind, Kind>> = {
  role,
  membership,
  "role setting": roleSetting,
  "database setting": databaseSetting,
  schema: schemaKind,
  extension,
  language,
  collation,
  "foreign data wrapper": foreignDataWrapper,
  server,
  "user mapping": userMapping,
  "access method": accessMethod,
  enum: enumType,
  domain,
  "domain constraint": domainConstraint,
  "composite type": compositeType,
  attribute,
  range,
  "shell type": shellType,
  "base type": baseType,
  sequence,
  function: routineFunction,
  procedure,
  aggregate,
  operator,
  "operator family": operatorFamily,
  "operator class": operatorClass,
  cast,
  conversion,
  transform,
  "text search parser": textSearchParser,
  "text search template": textSearchTemplate,
  "text search dictionary": textSearchDictionary,
  "text search configuration": textSearchConfiguration,
  table,
  "foreign table": foreignTable,
  column,
  default: columnDefault,
  identity,
  ownership,
  inheritance,
  constraint,
  index: tableIndex,
  statistics,
  view,
  "materialized view": materializedView,
  rule,
  trigger,
  "event trigger": eventTrigger,
  policy,
  publication,
  "publication table": publicationTable,
  "publication schema": publicationSchema,
  subscription,
  "default privileges": defaultPrivileges,
  "security label": securityLabel,
};
