-- The store as the first release (schema 0001) left it, with a row or more of each room. Frozen: later releases must open it and keep
-- every row (tests/compliance/store/test_migrations.py). Written with sqlite3's .dump; all names are invented.
BEGIN TRANSACTION;
CREATE TABLE alembic_version (version_num varchar(32) not null primary key);
INSERT INTO "alembic_version" VALUES('0001');
CREATE TABLE certificate (
	id INTEGER NOT NULL, 
	number_key TEXT, 
	number TEXT, 
	organisation_id INTEGER NOT NULL, 
	scheme_id INTEGER, 
	standard_id INTEGER, 
	scope TEXT, 
	body_id INTEGER, 
	body_code_id INTEGER, 
	issued INTEGER, 
	expires INTEGER, 
	status SMALLINT, 
	status_from INTEGER, 
	province_id INTEGER, 
	import_id INTEGER NOT NULL, 
	gone_id INTEGER, 
	maker_id INTEGER, 
	factory_id INTEGER, 
	models TEXT, 
	replaced_by TEXT, 
	source_id INTEGER, 
	seen INTEGER, 
	PRIMARY KEY (id)
);
INSERT INTO "certificate" VALUES(1,'00024Q30001R0M',NULL,1,1,NULL,NULL,NULL,NULL,20240301,20270228,3,20261020,NULL,2,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "certificate" VALUES(2,'00024E30001R0M',NULL,2,2,NULL,NULL,NULL,NULL,20240301,20270228,1,NULL,NULL,1,2,NULL,NULL,NULL,NULL,NULL,NULL);
CREATE TABLE certificate_change (
	id INTEGER NOT NULL, 
	import_id INTEGER NOT NULL, 
	certificate_id INTEGER NOT NULL, 
	what VARCHAR NOT NULL, 
	field VARCHAR NOT NULL, 
	old TEXT, 
	new TEXT, 
	PRIMARY KEY (id)
);
INSERT INTO "certificate_change" VALUES(1,2,1,'changed','status','1','3');
INSERT INTO "certificate_change" VALUES(2,2,1,'changed','status_from',NULL,'20261020');
INSERT INTO "certificate_change" VALUES(3,2,2,'gone','',NULL,NULL);
CREATE TABLE certificate_state (
	id INTEGER NOT NULL, 
	certificate_id INTEGER NOT NULL, 
	state SMALLINT NOT NULL, 
	starts INTEGER, 
	ends INTEGER, 
	PRIMARY KEY (id)
);
INSERT INTO "certificate_state" VALUES(1,1,2,20250110,20250309);
INSERT INTO "certificate_state" VALUES(2,1,2,20250110,20250309);
INSERT INTO "certificate_state" VALUES(3,1,1,20240301,20261019);
CREATE TABLE crawl_content (
	sha256 VARCHAR NOT NULL, 
	size INTEGER NOT NULL, 
	body BLOB NOT NULL, 
	PRIMARY KEY (sha256)
);
CREATE TABLE crawl_known (
	fingerprint VARCHAR NOT NULL, 
	host VARCHAR NOT NULL, 
	url TEXT NOT NULL, 
	kind VARCHAR NOT NULL, 
	priority INTEGER NOT NULL, 
	depth INTEGER NOT NULL, 
	etag TEXT, 
	last_modified TEXT, 
	sha256 VARCHAR, 
	first_seen DATETIME NOT NULL, 
	last_seen DATETIME NOT NULL, 
	changed_on DATETIME, 
	visits INTEGER NOT NULL, 
	changes INTEGER NOT NULL, 
	interval_hours FLOAT NOT NULL, 
	gone_on DATETIME, 
	PRIMARY KEY (fingerprint)
);
CREATE TABLE crawl_request (
	id INTEGER NOT NULL, 
	site_id INTEGER NOT NULL, 
	fingerprint VARCHAR NOT NULL, 
	url TEXT NOT NULL, 
	kind VARCHAR NOT NULL, 
	priority INTEGER NOT NULL, 
	depth INTEGER NOT NULL, 
	state VARCHAR NOT NULL, 
	tries INTEGER NOT NULL, 
	words TEXT, 
	near TEXT, 
	parent TEXT, 
	status INTEGER, 
	reason TEXT, 
	PRIMARY KEY (id), 
	UNIQUE (site_id, fingerprint)
);
CREATE TABLE crawl_run (
	id VARCHAR NOT NULL, 
	"key" VARCHAR NOT NULL, 
	state VARCHAR NOT NULL, 
	reason VARCHAR, 
	started_at DATETIME NOT NULL, 
	ended_at DATETIME, 
	pid INTEGER, 
	machine VARCHAR, 
	settings VARCHAR NOT NULL, 
	PRIMARY KEY (id)
);
CREATE TABLE crawl_site (
	id INTEGER NOT NULL, 
	run_id VARCHAR NOT NULL, 
	host VARCHAR NOT NULL, 
	company VARCHAR NOT NULL, 
	uscc VARCHAR, 
	body_code VARCHAR, 
	priority INTEGER NOT NULL, 
	state VARCHAR NOT NULL, 
	reason VARCHAR, 
	pages INTEGER NOT NULL, 
	unchanged INTEGER NOT NULL, 
	failed INTEGER NOT NULL, 
	blocked INTEGER NOT NULL, 
	skipped INTEGER NOT NULL, 
	requests INTEGER NOT NULL, 
	owner VARCHAR, 
	PRIMARY KEY (id), 
	UNIQUE (run_id, host, company)
);
CREATE TABLE crawl_visit (
	id INTEGER NOT NULL, 
	run_id VARCHAR NOT NULL, 
	site_id INTEGER NOT NULL, 
	request_id INTEGER NOT NULL, 
	kind VARCHAR NOT NULL, 
	url TEXT NOT NULL, 
	asked TEXT NOT NULL, 
	captured_at DATETIME NOT NULL, 
	status INTEGER NOT NULL, 
	headers TEXT NOT NULL, 
	ip VARCHAR, 
	request TEXT NOT NULL, 
	tls TEXT, 
	packed VARCHAR, 
	claims INTEGER NOT NULL, 
	sha256 VARCHAR, 
	unchanged BOOLEAN NOT NULL, 
	blocked VARCHAR, 
	judged VARCHAR NOT NULL, 
	fault TEXT, 
	words TEXT, 
	near TEXT, 
	parent TEXT, 
	PRIMARY KEY (id), 
	UNIQUE (request_id)
);
CREATE TABLE finding (
	id VARCHAR NOT NULL, 
	company_key VARCHAR NOT NULL, 
	conduct VARCHAR NOT NULL, 
	outcome VARCHAR NOT NULL, 
	first_seen DATETIME NOT NULL, 
	last_seen DATETIME NOT NULL, 
	body VARCHAR NOT NULL, 
	PRIMARY KEY (id)
);
INSERT INTO "finding" VALUES('0123456789abcdef0123','霁汀市晟曜机械有限公司','expired_certificate','suspected','2026-11-02 08:00:00.000000','2026-11-02 08:00:00.000000','{"id": "0123456789abcdef0123", "conduct": "expired_certificate", "outcome": "suspected", "occurrences": []}');
CREATE TABLE job (
	name VARCHAR NOT NULL, 
	targets TEXT NOT NULL, 
	every VARCHAR NOT NULL, 
	register_from VARCHAR, 
	fail_on VARCHAR, 
	night VARCHAR, 
	webhook TEXT, 
	created_at DATETIME NOT NULL, 
	next_at DATETIME NOT NULL, 
	retry_at DATETIME, 
	attempt INTEGER NOT NULL, 
	run_id INTEGER, 
	lease_owner VARCHAR, 
	lease_beat DATETIME, 
	lease_until DATETIME, 
	PRIMARY KEY (name)
);
INSERT INTO "job" VALUES('nightly','targets.csv','0 2 * * *',NULL,NULL,NULL,NULL,'2026-11-02 08:00:00.000000','2026-11-02 08:00:00.000000',NULL,0,NULL,NULL,NULL,NULL);
CREATE TABLE job_run (
	id INTEGER NOT NULL, 
	job VARCHAR NOT NULL, 
	cause VARCHAR NOT NULL, 
	attempt INTEGER NOT NULL, 
	owner VARCHAR NOT NULL, 
	state VARCHAR NOT NULL, 
	status INTEGER, 
	reason TEXT, 
	started_at DATETIME NOT NULL, 
	ended_at DATETIME, 
	summary TEXT, 
	findings TEXT, 
	notice TEXT, 
	PRIMARY KEY (id)
);
CREATE TABLE name_gram (
	gram BIGINT NOT NULL, 
	segment INTEGER NOT NULL, 
	count INTEGER NOT NULL, 
	ids BLOB NOT NULL, 
	PRIMARY KEY (gram, segment)
)
 WITHOUT ROWID

;
INSERT INTO "name_gram" VALUES(43713057784,1,2,X'0100000002000000');
INSERT INTO "name_gram" VALUES(45124446010,1,1,X'01000000');
INSERT INTO "name_gram" VALUES(46389028617,1,1,X'02000000');
INSERT INTO "name_gram" VALUES(49658491813,1,1,X'02000000');
INSERT INTO "name_gram" VALUES(49715108991,1,1,X'02000000');
INSERT INTO "name_gram" VALUES(50392495413,1,1,X'02000000');
INSERT INTO "name_gram" VALUES(50470086119,1,1,X'01000000');
INSERT INTO "name_gram" VALUES(50470086239,1,1,X'01000000');
INSERT INTO "name_gram" VALUES(54708425741,1,1,X'01000000');
INSERT INTO "name_gram" VALUES(54960088796,1,1,X'01000000');
INSERT INTO "name_gram" VALUES(55222232890,1,1,X'01000000');
INSERT INTO "name_gram" VALUES(55316616784,1,2,X'0100000002000000');
INSERT INTO "name_gram" VALUES(55419365552,1,1,X'01000000');
INSERT INTO "name_gram" VALUES(56203699977,1,1,X'01000000');
INSERT INTO "name_gram" VALUES(58116300290,1,1,X'01000000');
INSERT INTO "name_gram" VALUES(58116302311,1,1,X'01000000');
INSERT INTO "name_gram" VALUES(58116302431,1,1,X'01000000');
INSERT INTO "name_gram" VALUES(62086208989,1,1,X'02000000');
INSERT INTO "name_gram" VALUES(62925067880,1,1,X'02000000');
INSERT INTO "name_gram" VALUES(80698429804,1,2,X'0100000002000000');
INSERT INTO "name_gram" VALUES(81069632576,1,1,X'01000000');
CREATE TABLE organisation (
	id INTEGER NOT NULL, 
	name TEXT NOT NULL, 
	normal TEXT NOT NULL, 
	"key" TEXT NOT NULL, 
	uscc TEXT, 
	PRIMARY KEY (id)
);
INSERT INTO "organisation" VALUES(1,'霁汀市晟曜机械有限公司','霁汀市晟曜机械有限公司','霁汀晟曜机械','91000000MB0000019M');
INSERT INTO "organisation" VALUES(2,'岚屿玥川电器有限公司','岚屿玥川电器有限公司','岚屿玥川电器','91000000MB0000027G');
CREATE TABLE organisation_name (
	id INTEGER NOT NULL, 
	organisation_id INTEGER NOT NULL, 
	name TEXT NOT NULL, 
	normal TEXT NOT NULL, 
	"key" TEXT NOT NULL, 
	PRIMARY KEY (id), 
	FOREIGN KEY(organisation_id) REFERENCES organisation (id)
);
INSERT INTO "organisation_name" VALUES(1,1,'霁汀市旧名机械有限公司','霁汀市旧名机械有限公司','霁汀旧名机械');
CREATE TABLE page_result (
	page_key VARCHAR NOT NULL, 
	company_key VARCHAR NOT NULL, 
	company_name VARCHAR, 
	checked_at DATETIME NOT NULL, 
	head VARCHAR NOT NULL, 
	body VARCHAR NOT NULL, 
	PRIMARY KEY (page_key)
);
INSERT INTO "page_result" VALUES('https://firm.example/','霁汀市晟曜机械有限公司','霁汀市晟曜机械有限公司','2026-11-02 08:00:00.000000','{"tool": {}, "as_of": "2026-11-02", "register": null}','{"url": "https://firm.example/", "id": null, "sha256": "00", "captured_at": "2026-11-02T08:00:00+00:00", "company": {"name": "霁汀市晟曜机械有限公司"}, "findings": [{"id": "0123456789abcdef0123", "conduct": "expired_certificate", "outcome": "suspected", "occurrences": []}], "claims": [], "coverage": {"blocks": 1, "pictures_seen": 0, "pictures_read": 0, "blocked": false}}');
CREATE TABLE register_import (
	id INTEGER NOT NULL, 
	kind VARCHAR NOT NULL, 
	source VARCHAR NOT NULL, 
	snapshot INTEGER, 
	file VARCHAR NOT NULL, 
	sha256 VARCHAR NOT NULL, 
	complete VARCHAR NOT NULL, 
	imported_at VARCHAR NOT NULL, 
	rows INTEGER NOT NULL, 
	rejected INTEGER NOT NULL, 
	noticed INTEGER NOT NULL, 
	new INTEGER NOT NULL, 
	changed INTEGER NOT NULL, 
	gone INTEGER NOT NULL, 
	unchanged INTEGER NOT NULL, 
	before_id INTEGER, 
	PRIMARY KEY (id)
);
INSERT INTO "register_import" VALUES(1,'certificates','某库',20261001,'r.csv','e11c0f30a42f59dca84d05e03c413d832c7c9ff1ccb21895a6a7e30303a7f1c7','["all"]','2026-11-24T05:50:23+00:00',2,1,0,2,0,0,0,NULL);
INSERT INTO "register_import" VALUES(2,'certificates','某库',20261101,'r2.csv','a207b64b0a69ef0dc82a992e08725fb03e8d353dd0f8263139fc36d38fa22cc3','["all"]','2026-11-24T05:50:23+00:00',1,0,0,0,1,1,0,1);
INSERT INTO "register_import" VALUES(3,'bodies','某名录',20261101,'b.csv','8c908e137bf6eb9a45fb493c3ec6c84dce4197de81ed593e06b20e1d2e3880a8','["all"]','2026-11-24T05:50:24+00:00',1,0,0,1,0,0,0,NULL);
CREATE TABLE register_listed (
	id INTEGER NOT NULL, 
	kind TEXT NOT NULL, 
	import_id INTEGER NOT NULL, 
	gone_id INTEGER, 
	line INTEGER NOT NULL, 
	identity TEXT NOT NULL, 
	mark TEXT NOT NULL, 
	cells TEXT NOT NULL, 
	starts INTEGER, 
	ends INTEGER, 
	status SMALLINT, 
	status_from INTEGER, 
	source TEXT, 
	seen INTEGER, 
	refused TEXT, 
	PRIMARY KEY (id)
);
INSERT INTO "register_listed" VALUES(1,'bodies',3,NULL,2,'CNCA-R-2016-000示例认证有限公司质量管理体系','2483815068eccf9fcce6dc1b','{"code": "CNCA-R-2016-000", "fields": "质量管理体系", "name": "示例认证有限公司", "since": "2016-03-01", "status": "有效", "until": "2028-02-29"}',20160301,20280229,1,NULL,NULL,NULL,NULL);
CREATE TABLE register_reject (
	id INTEGER NOT NULL, 
	import_id INTEGER NOT NULL, 
	line INTEGER NOT NULL, 
	reason VARCHAR NOT NULL, 
	number_key TEXT, 
	normal TEXT, 
	PRIMARY KEY (id)
);
INSERT INTO "register_reject" VALUES(1,1,4,'issued: ''2024-13-01'': there is no such day','00024S30001R0M','岚屿青禾食品有限公司');
CREATE TABLE register_state (
	name VARCHAR NOT NULL, 
	value BIGINT NOT NULL, 
	PRIMARY KEY (name)
);
INSERT INTO "register_state" VALUES('names_indexed',2);
INSERT INTO "register_state" VALUES('name_segments',1);
CREATE TABLE register_word (
	id INTEGER NOT NULL, 
	text TEXT NOT NULL, 
	PRIMARY KEY (id), 
	UNIQUE (text)
);
INSERT INTO "register_word" VALUES(1,'iso-9001');
INSERT INTO "register_word" VALUES(2,'iso-14001');
CREATE INDEX ix_certificate_change_import_id ON certificate_change (import_id);
CREATE INDEX ix_register_reject_import_id ON register_reject (import_id);
CREATE INDEX ix_register_reject_normal ON register_reject (normal);
CREATE INDEX ix_register_reject_number_key ON register_reject (number_key);
CREATE INDEX ix_register_listed_import_id ON register_listed (import_id);
CREATE INDEX ix_crawl_run_key ON crawl_run ("key");
CREATE INDEX ix_crawl_site_run_id ON crawl_site (run_id);
CREATE INDEX ix_crawl_site_host ON crawl_site (host);
CREATE INDEX ix_crawl_request_next ON crawl_request (site_id, state, priority, id);
CREATE INDEX ix_crawl_visit_sha256 ON crawl_visit (sha256);
CREATE INDEX ix_crawl_visit_url ON crawl_visit (url);
CREATE INDEX ix_crawl_visit_run_id ON crawl_visit (run_id);
CREATE INDEX ix_crawl_visit_judged ON crawl_visit (judged);
CREATE INDEX ix_crawl_visit_site_id ON crawl_visit (site_id);
CREATE INDEX ix_crawl_known_host ON crawl_known (host);
CREATE INDEX ix_page_result_company_name ON page_result (company_name);
CREATE INDEX ix_page_result_company_key ON page_result (company_key);
CREATE INDEX ix_finding_conduct ON finding (conduct);
CREATE INDEX ix_finding_outcome ON finding (outcome);
CREATE INDEX ix_finding_company_key ON finding (company_key);
CREATE INDEX ix_job_run_job ON job_run (job, id);
CREATE INDEX ix_certificate_factory_id ON certificate (factory_id) WHERE factory_id is not null;
CREATE INDEX ix_certificate_maker_id ON certificate (maker_id) WHERE maker_id is not null;
CREATE INDEX ix_certificate_number_key ON certificate (number_key);
CREATE INDEX ix_certificate_organisation_id ON certificate (organisation_id);
CREATE INDEX ix_certificate_state_certificate_id ON certificate_state (certificate_id);
CREATE INDEX ix_organisation_key ON organisation ("key");
CREATE INDEX ix_organisation_name_key ON organisation_name ("key");
CREATE INDEX ix_organisation_name_normal ON organisation_name (normal);
CREATE INDEX ix_organisation_name_organisation_id ON organisation_name (organisation_id);
CREATE INDEX ix_organisation_normal ON organisation (normal);
CREATE INDEX ix_organisation_uscc ON organisation (uscc);
COMMIT;
