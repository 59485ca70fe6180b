import { checkTable, type RawSettings } from "../../project/index.ts";
import type { Formats } from "./template-helpers.ts";

/** [pages] in howdah.toml. */
export interface PagesSettings extends Formats {
  readonly maxFormFields: number;
}

/** Checks [pages] as a whole; throws WD102 and WD103 with the position. */
export function pagesSettings(raw: RawSettings): PagesSettings {
  const settings = checkTable(raw, {
    locale: {
      type: "string",
      default: "en",
      describe: "Language in which {{date}} and {{number}} write, as a BCP 47 tag.",
      check: (tag) =>
        isAccepted(() => new Intl.NumberFormat(tag))
          ? undefined
          : { problem: 'expected a language tag such as "en" or "de-CH"' },
    },
    time_zone: {
      type: "string",
      default: "UTC",
      describe: "Time zone in which {{date}} shows moments, by its IANA name.",
      check: (timeZone) =>
        isAccepted(() => new Intl.DateTimeFormat("en", { timeZone }))
          ? undefined
          : { problem: 'expected a time zone such as "UTC" or "Europe/Berlin"' },
    },
    max_form_fields: { type: "integer", default: 1000, min: 1, describe: "Fields that one form may have." },
  });
  return { locale: settings.locale, timeZone: settings.time_zone, maxFormFields: settings.max_form_fields };
}

function isAccepted(make: () => unknown): boolean {
  try {
    make();
    return true;
  } catch {
    return false;
  }
}
