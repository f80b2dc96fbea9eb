/* section.c - the sections of a report, in their order.
 *
 * Deliveries out and local are asked the same questions, hence one list of rows
 * for both. Of what came in, the tables count the refusals: an accepted message
 * has an implied 250 and a table of its own. Refusals at AUTH are password
 * guessing and would drown the others: they stand apart, too.
 * SPDX-License-Identifier: MIT */
#include "report/section.h"

#define BIT(value) (1u << (value))
#define REFUSED (BIT(OUTCOME_TEMPORARY) | BIT(OUTCOME_PERMANENT))
#define AT_AUTH BIT(STAGE_AUTH)
#define NOT_AT_AUTH ((BIT(N_STAGES) - 1) & ~AT_AUTH)

#define TITLE(en, ru) .title = { { en, ru } }
#define GROUP_BY(n, ...) .n_by = (n), .by = { __VA_ARGS__ }
#define SHOW(...) .show = { __VA_ARGS__, SHOW_END }

#define COUNTED FIGURE_COUNT, FIGURE_SHARE
#define OUTCOMES FIGURE_OK, FIGURE_TEMPORARY, FIGURE_PERMANENT
#define OVER_TIME COUNTED, OUTCOMES, DATA(FIGURE_LATE), FIGURE_DELAY_MEAN, FIGURE_DELAY_MAX
#define CODES DATA(FIGURE_EXPLICIT), FIGURE_IMPLIED, FIGURE_NONSTANDARD
#define ENHANCED_CODES DATA(FIGURE_FROM_REPLY), FIGURE_FROM_DSN, FIGURE_IMPLIED
#define DESTINATION FIGURE_COUNT, FIGURE_WEIGHT, FIGURE_OK_RATE, FIGURE_TEMPORARY_RATE, FIGURE_PERMANENT_RATE, \
	DATA(FIGURE_OK), DATA(FIGURE_TEMPORARY), DATA(FIGURE_PERMANENT), DATA(FIGURE_LATE), \
	FIGURE_DELAY_MEAN, FIGURE_DELAY_MAX, FIGURE_REFUSAL

#define REASON_CLASSES FIGURE_COUNT, FIGURE_SHARE, FIGURE_TEMPORARY, FIGURE_PERMANENT, FIGURE_DELAY_MEAN, FIGURE_REFUSAL

#define DELIVERIES(where) .direction = (where), .kinds = BIT(KIND_DELIVERY)
#define REFUSALS .direction = DIRECTION_IN, .kinds = BIT(KIND_REJECT), .stages = NOT_AT_AUTH
#define GUESSES .direction = DIRECTION_IN, .kinds = BIT(KIND_REJECT), .stages = AT_AUTH
#define ANSWERS .direction = DIRECTION_IN, .kinds = BIT(KIND_REJECT) | BIT(KIND_ACCEPT), .stages = NOT_AT_AUTH

#define DELIVERY_SECTIONS(prefix, where) \
	{ .key = prefix "_class", TITLE("Replies by class", "Ответы по классам"), DELIVERIES(where), \
	  .code = CODE_SOME, GROUP_BY(1, COLUMN_CLASS), SHOW(BY(0), FIGURE_NAME, COUNTED) }, \
	{ .key = prefix "_category", TITLE("Replies by category", "Ответы по категориям"), DELIVERIES(where), \
	  .code = CODE_SOME, GROUP_BY(1, COLUMN_CATEGORY), SHOW(BY(0), FIGURE_NAME, COUNTED) }, \
	{ .key = prefix "_code", TITLE("Replies by code", "Ответы по кодам"), DELIVERIES(where), \
	  .code = CODE_SOME, GROUP_BY(1, COLUMN_CODE), SHOW(BY(0), FIGURE_NAME, COUNTED, CODES) }, \
	{ .key = prefix "_enhanced", TITLE("By enhanced code", "По расширенным кодам"), DELIVERIES(where), \
	  GROUP_BY(1, COLUMN_ENHANCED), SHOW(BY(0), FIGURE_NAME, COUNTED, ENHANCED_CODES) }, \
	{ .key = prefix "_destination", TITLE("By destination", "По назначениям"), DELIVERIES(where), \
	  .one_relay = (where) == DIRECTION_OUT, GROUP_BY(1, COLUMN_DOMAIN), SHOW(BY(0), DESTINATION) }, \
	{ .key = prefix "_relay", TITLE("By relay", "По узлам"), DELIVERIES(where), \
	  GROUP_BY(1, COLUMN_RELAY), SHOW(BY(0), DESTINATION) }, \
	{ .key = prefix "_provider", TITLE("By provider", "По провайдерам"), DELIVERIES(where), .named = true, \
	  GROUP_BY(1, COLUMN_PROVIDER), SHOW(BY(0), DESTINATION) }, \
	{ .key = prefix "_hour", TITLE("By hour", "По часам"), DELIVERIES(where), .when = WHEN_HOURS, \
	  GROUP_BY(2, COLUMN_HOUR, COLUMN_ZONE), SHOW(BY(0), OVER_TIME) }, \
	{ .key = prefix "_day", TITLE("By day", "По дням"), DELIVERIES(where), .when = WHEN_DAYS, \
	  GROUP_BY(1, COLUMN_DAY), SHOW(BY(0), OVER_TIME) }, \
	{ .key = prefix "_clock", TITLE("By hour of the day", "По времени суток"), DELIVERIES(where), .when = WHEN_DAYS, \
	  GROUP_BY(1, COLUMN_CLOCK), SHOW(BY(0), OVER_TIME) }, \
	{ .key = prefix "_reason_class", TITLE("Refusals by reason class", "Отказы по классам причин"), DELIVERIES(where), \
	  .outcomes = REFUSED, GROUP_BY(1, COLUMN_REASON_CLASS), SHOW(BY(0), REASON_CLASSES) }, \
	{ .key = prefix "_reason", TITLE("Refusals by reason", "Отказы по причинам"), DELIVERIES(where), \
	  .code = CODE_SOME, .outcomes = REFUSED, GROUP_BY(3, COLUMN_CODE, COLUMN_ENHANCED, COLUMN_REASON), \
	  SHOW(FIGURE_COUNT, FIGURE_RATE, BY(0), BY(1), BY(2)) }, \
	{ .key = prefix "_silent", TITLE("Deliveries without a reply code", "Доставки без кода ответа"), DELIVERIES(where), \
	  .code = CODE_WITHOUT, GROUP_BY(3, COLUMN_OUTCOME, COLUMN_ENHANCED, COLUMN_REASON), \
	  SHOW(FIGURE_COUNT, FIGURE_RATE, BY(0), BY(1), BY(2)) }

const struct section_row section_rows[] = {
	DELIVERY_SECTIONS("out", DIRECTION_OUT),
	DELIVERY_SECTIONS("local", DIRECTION_LOCAL),
	{ .key = "in_class", TITLE("Refusals by class", "Отказы по классам"), REFUSALS,
	  .code = CODE_SOME, GROUP_BY(1, COLUMN_CLASS), SHOW(BY(0), FIGURE_NAME, COUNTED) },
	{ .key = "in_category", TITLE("Refusals by category", "Отказы по категориям"), REFUSALS,
	  .code = CODE_SOME, GROUP_BY(1, COLUMN_CATEGORY), SHOW(BY(0), FIGURE_NAME, COUNTED) },
	{ .key = "in_code", TITLE("Refusals by code", "Отказы по кодам"), REFUSALS,
	  .code = CODE_SOME, GROUP_BY(1, COLUMN_CODE), SHOW(BY(0), FIGURE_NAME, COUNTED, CODES) },
	{ .key = "in_enhanced", TITLE("Refusals by enhanced code", "Отказы по расширенным кодам"), REFUSALS,
	  GROUP_BY(1, COLUMN_ENHANCED), SHOW(BY(0), FIGURE_NAME, COUNTED, ENHANCED_CODES) },
	{ .key = "in_accepted", TITLE("Accepted messages by code", "Принятые письма по кодам"),
	  .direction = DIRECTION_IN, .kinds = BIT(KIND_ACCEPT),
	  GROUP_BY(1, COLUMN_CODE), SHOW(BY(0), FIGURE_NAME, COUNTED, CODES) },
	{ .key = "in_stage", TITLE("Refusals by stage", "Отказы по стадиям"), REFUSALS,
	  GROUP_BY(1, COLUMN_STAGE), SHOW(BY(0), COUNTED, FIGURE_TEMPORARY, FIGURE_PERMANENT) },
	{ .key = "in_domain", TITLE("Refusals by our domain", "Отказы по нашим доменам"), REFUSALS,
	  GROUP_BY(1, COLUMN_DOMAIN),
	  SHOW(BY(0), COUNTED, FIGURE_TEMPORARY, FIGURE_PERMANENT, FIGURE_REFUSAL) },
	{ .key = "in_relay", TITLE("Clients", "Клиенты"), ANSWERS,
	  GROUP_BY(1, COLUMN_RELAY), SHOW(BY(0), COUNTED, OUTCOMES, FIGURE_REFUSAL) },
	{ .key = "in_provider", TITLE("Clients by provider", "Клиенты по провайдерам"), ANSWERS, .named = true,
	  GROUP_BY(1, COLUMN_PROVIDER), SHOW(BY(0), COUNTED, OUTCOMES, FIGURE_REFUSAL) },
	{ .key = "in_hour", TITLE("By hour", "По часам"), ANSWERS, .when = WHEN_HOURS,
	  GROUP_BY(2, COLUMN_HOUR, COLUMN_ZONE), SHOW(BY(0), COUNTED, OUTCOMES) },
	{ .key = "in_day", TITLE("By day", "По дням"), ANSWERS, .when = WHEN_DAYS,
	  GROUP_BY(1, COLUMN_DAY), SHOW(BY(0), COUNTED, OUTCOMES) },
	{ .key = "in_clock", TITLE("By hour of the day", "По времени суток"), ANSWERS, .when = WHEN_DAYS,
	  GROUP_BY(1, COLUMN_CLOCK), SHOW(BY(0), COUNTED, OUTCOMES) },
	{ .key = "in_reason_class", TITLE("Refusals by reason class", "Отказы по классам причин"), REFUSALS,
	  .outcomes = REFUSED, GROUP_BY(1, COLUMN_REASON_CLASS),
	  SHOW(BY(0), COUNTED, FIGURE_TEMPORARY, FIGURE_PERMANENT, FIGURE_REFUSAL) },
	{ .key = "in_reason", TITLE("Refusals by reason", "Отказы по причинам"), REFUSALS,
	  .code = CODE_SOME, GROUP_BY(3, COLUMN_CODE, COLUMN_ENHANCED, COLUMN_REASON),
	  SHOW(FIGURE_COUNT, FIGURE_RATE, BY(0), BY(1), BY(2)) },
	{ .key = "in_silent", TITLE("Refusals without a reply code", "Отказы без кода ответа"), REFUSALS,
	  .code = CODE_WITHOUT, GROUP_BY(3, COLUMN_OUTCOME, COLUMN_ENHANCED, COLUMN_REASON),
	  SHOW(FIGURE_COUNT, FIGURE_RATE, BY(0), BY(1), BY(2)) },
	{ .key = "in_auth_reason", TITLE("Password guessing: refusals at AUTH", "Подбор паролей: отказы на AUTH"), GUESSES,
	  GROUP_BY(3, COLUMN_CODE, COLUMN_ENHANCED, COLUMN_REASON),
	  SHOW(FIGURE_COUNT, FIGURE_RATE, BY(0), BY(1), BY(2)) },
	{ .key = "in_auth_relay", TITLE("Password guessing by client", "Подбор паролей по клиентам"), GUESSES,
	  GROUP_BY(1, COLUMN_RELAY), SHOW(BY(0), COUNTED) },
	{ .key = "trouble", TITLE("Trouble: warnings and errors of the mail server", "Неполадки: предупреждения и ошибки сервера"),
	  .trouble = true, GROUP_BY(2, COLUMN_MTA, COLUMN_REASON),
	  SHOW(FIGURE_COUNT, FIGURE_RATE, BY(0), BY(1)) },
};

const size_t n_section_rows = sizeof section_rows / sizeof *section_rows;

bool section_shows(const struct section_row *row, enum figure figure)
{
	for (const int *show = row->show; *show != SHOW_END; show++)
		if (*show == (int)figure || *show == DATA(figure))
			return true;
	return false;
}
