CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
CREATE TABLE access_keys (
	id VARCHAR(128) NOT NULL, 
	secret VARCHAR(256) NOT NULL, 
	account VARCHAR(64) NOT NULL, 
	role VARCHAR(32) NOT NULL, 
	state VARCHAR(16) NOT NULL, 
	created_ms BIGINT NOT NULL, 
	PRIMARY KEY (id)
);
CREATE TABLE activities (
	run_id VARCHAR(32) NOT NULL, 
	name VARCHAR(255) NOT NULL, 
	place INTEGER NOT NULL, 
	type VARCHAR(32) NOT NULL, 
	state VARCHAR(16) NOT NULL, 
	job_id VARCHAR(32), 
	code TEXT DEFAULT '' NOT NULL, 
	message TEXT DEFAULT '' NOT NULL, 
	result TEXT DEFAULT '{}' NOT NULL, 
	started_ms BIGINT, 
	finished_ms BIGINT, 
	message_key VARCHAR(128), 
	PRIMARY KEY (run_id, name)
);
CREATE TABLE batches (
	seq INTEGER NOT NULL, 
	account VARCHAR(64) NOT NULL, 
	region VARCHAR(64) NOT NULL, 
	id VARCHAR(32) NOT NULL, 
	run_id VARCHAR(32), 
	pipeline_id VARCHAR(32) NOT NULL, 
	kind VARCHAR(32) NOT NULL, 
	lane VARCHAR(8) NOT NULL, 
	priority INTEGER NOT NULL, 
	turn_ms BIGINT NOT NULL, 
	state VARCHAR(16) NOT NULL, 
	attempt INTEGER NOT NULL, 
	source_bucket VARCHAR(64), 
	source_location VARCHAR(64), 
	source_object TEXT, 
	created_ms BIGINT NOT NULL, 
	started_ms BIGINT, 
	finished_ms BIGINT, 
	PRIMARY KEY (seq), 
	UNIQUE (id)
);
CREATE TABLE buckets (
	seq INTEGER NOT NULL, 
	account VARCHAR(64) NOT NULL, 
	region VARCHAR(64) NOT NULL, 
	name VARCHAR(64) NOT NULL, 
	type VARCHAR(8) NOT NULL, 
	referer TEXT DEFAULT '' NOT NULL, 
	created_ms BIGINT NOT NULL, 
	PRIMARY KEY (seq), 
	CONSTRAINT uq_bucket UNIQUE (name, type)
);
CREATE TABLE categories (
	seq INTEGER NOT NULL, 
	account VARCHAR(64) NOT NULL, 
	region VARCHAR(64) NOT NULL, 
	name TEXT NOT NULL, 
	parent_id BIGINT NOT NULL, 
	level INTEGER NOT NULL, 
	PRIMARY KEY (seq), 
	CONSTRAINT uq_category UNIQUE (account, region, parent_id, name)
);
CREATE TABLE execution_counts (
	account VARCHAR(64) NOT NULL, 
	region VARCHAR(64) NOT NULL, 
	state VARCHAR(16) NOT NULL, 
	count BIGINT NOT NULL, 
	PRIMARY KEY (account, region, state)
);
CREATE TABLE executions (
	seq INTEGER NOT NULL, 
	account VARCHAR(64) NOT NULL, 
	region VARCHAR(64) NOT NULL, 
	run_id VARCHAR(32) NOT NULL, 
	workflow_id VARCHAR(32) NOT NULL, 
	workflow_name TEXT NOT NULL, 
	media_id VARCHAR(32) NOT NULL, 
	state VARCHAR(16) NOT NULL, 
	cancelled BOOLEAN DEFAULT false NOT NULL, 
	bucket VARCHAR(64) NOT NULL, 
	location VARCHAR(64) NOT NULL, 
	object TEXT NOT NULL, 
	user_data TEXT DEFAULT '' NOT NULL, 
	trigger_key TEXT, 
	total INTEGER NOT NULL, 
	done INTEGER DEFAULT '0' NOT NULL, 
	failed INTEGER DEFAULT '0' NOT NULL, 
	created_ms BIGINT NOT NULL, 
	finished_ms BIGINT, 
	graph TEXT NOT NULL, 
	PRIMARY KEY (seq), 
	UNIQUE (run_id), 
	UNIQUE (trigger_key)
);
CREATE TABLE jobs (
	seq INTEGER NOT NULL, 
	account VARCHAR(64) NOT NULL, 
	region VARCHAR(64) NOT NULL, 
	id VARCHAR(32) NOT NULL, 
	batch_id VARCHAR(32) NOT NULL, 
	run_id VARCHAR(32), 
	activity TEXT, 
	kind VARCHAR(32) NOT NULL, 
	pipeline_id VARCHAR(32) NOT NULL, 
	state VARCHAR(16) NOT NULL, 
	percent INTEGER DEFAULT '0' NOT NULL, 
	created_ms BIGINT NOT NULL, 
	started_ms BIGINT, 
	finished_ms BIGINT, 
	request TEXT DEFAULT '{}' NOT NULL, 
	spec TEXT NOT NULL, 
	result TEXT DEFAULT '{}' NOT NULL, 
	code TEXT DEFAULT '' NOT NULL, 
	message TEXT DEFAULT '' NOT NULL, 
	failure TEXT DEFAULT '' NOT NULL, 
	user_data TEXT DEFAULT '' NOT NULL, 
	PRIMARY KEY (seq), 
	UNIQUE (id)
);
CREATE TABLE media (
	seq INTEGER NOT NULL, 
	account VARCHAR(64) NOT NULL, 
	region VARCHAR(64) NOT NULL, 
	id VARCHAR(32) NOT NULL, 
	bucket VARCHAR(64) NOT NULL, 
	location VARCHAR(64) NOT NULL, 
	object TEXT NOT NULL, 
	title TEXT DEFAULT '' NOT NULL, 
	description TEXT DEFAULT '' NOT NULL, 
	cate_id BIGINT DEFAULT '0' NOT NULL, 
	cover_url TEXT DEFAULT '' NOT NULL, 
	tags TEXT DEFAULT '[]' NOT NULL, 
	publish_state VARCHAR(16) NOT NULL, 
	censor_state VARCHAR(16) DEFAULT 'Initiated' NOT NULL, 
	words TEXT DEFAULT '' NOT NULL, 
	created_ms BIGINT NOT NULL, 
	info TEXT DEFAULT '' NOT NULL, 
	PRIMARY KEY (seq), 
	CONSTRAINT uq_media_object UNIQUE (account, region, bucket, object), 
	UNIQUE (id)
);
CREATE TABLE media_counts (
	account VARCHAR(64) NOT NULL, 
	region VARCHAR(64) NOT NULL, 
	publish_state VARCHAR(16) NOT NULL, 
	cate_id BIGINT NOT NULL, 
	count BIGINT NOT NULL, 
	PRIMARY KEY (account, region, publish_state, cate_id)
);
CREATE TABLE media_outputs (
	seq INTEGER NOT NULL, 
	account VARCHAR(64) NOT NULL, 
	region VARCHAR(64) NOT NULL, 
	media_id VARCHAR(32) NOT NULL, 
	run_id VARCHAR(32) NOT NULL, 
	workflow_id VARCHAR(32) NOT NULL, 
	workflow_name TEXT NOT NULL, 
	activity TEXT NOT NULL, 
	kind VARCHAR(16) NOT NULL, 
	bucket VARCHAR(64) NOT NULL, 
	object TEXT NOT NULL, 
	body TEXT NOT NULL, 
	public BOOLEAN NOT NULL, 
	PRIMARY KEY (seq), 
	CONSTRAINT uq_output UNIQUE (run_id, activity, object)
);
CREATE TABLE outbox (
	seq INTEGER NOT NULL, 
	account VARCHAR(64) NOT NULL, 
	region VARCHAR(64) NOT NULL, 
	"key" VARCHAR(128) NOT NULL, 
	body TEXT NOT NULL, 
	created_ms BIGINT NOT NULL, 
	tries INTEGER DEFAULT '0' NOT NULL, 
	next_ms BIGINT NOT NULL, 
	sent_ms BIGINT, 
	error TEXT DEFAULT '' NOT NULL, 
	PRIMARY KEY (seq), 
	UNIQUE ("key")
);
CREATE TABLE pipelines (
	seq INTEGER NOT NULL, 
	account VARCHAR(64) NOT NULL, 
	region VARCHAR(64) NOT NULL, 
	id VARCHAR(32) NOT NULL, 
	name TEXT NOT NULL, 
	state VARCHAR(16) NOT NULL, 
	speed VARCHAR(32) NOT NULL, 
	speed_level INTEGER, 
	role TEXT DEFAULT '' NOT NULL, 
	notify TEXT DEFAULT '{}' NOT NULL, 
	max_concurrency INTEGER, 
	created_ms BIGINT NOT NULL, 
	PRIMARY KEY (seq), 
	UNIQUE (id)
);
CREATE TABLE seen_objects (
	bucket VARCHAR(64) NOT NULL, 
	object TEXT NOT NULL, 
	version VARCHAR(64) NOT NULL, 
	sha256 VARCHAR(64) DEFAULT '' NOT NULL, 
	seen_ms BIGINT NOT NULL, 
	PRIMARY KEY (bucket, object)
);
CREATE TABLE sessions (
	id VARCHAR(64) NOT NULL, 
	kind VARCHAR(8) NOT NULL, 
	name VARCHAR(128) NOT NULL, 
	region VARCHAR(64) NOT NULL, 
	created_ms BIGINT NOT NULL, 
	seen_ms BIGINT NOT NULL, 
	PRIMARY KEY (id)
);
CREATE TABLE tasks (
	batch_id VARCHAR(32) NOT NULL, 
	name VARCHAR(128) NOT NULL, 
	place INTEGER NOT NULL, 
	jobs TEXT NOT NULL, 
	state VARCHAR(16) NOT NULL, 
	commands TEXT DEFAULT '[]' NOT NULL, 
	log TEXT DEFAULT '' NOT NULL, 
	started_ms BIGINT, 
	finished_ms BIGINT, 
	PRIMARY KEY (batch_id, name)
);
CREATE TABLE templates (
	seq INTEGER NOT NULL, 
	account VARCHAR(64) NOT NULL, 
	region VARCHAR(64) NOT NULL, 
	id VARCHAR(32) NOT NULL, 
	name TEXT NOT NULL, 
	state VARCHAR(16) NOT NULL, 
	body TEXT NOT NULL, 
	created_ms BIGINT NOT NULL, 
	PRIMARY KEY (seq), 
	UNIQUE (id)
);
CREATE TABLE uploads (
	id VARCHAR(32) NOT NULL, 
	account VARCHAR(64) NOT NULL, 
	region VARCHAR(64) NOT NULL, 
	owner VARCHAR(128) NOT NULL, 
	bucket VARCHAR(64) NOT NULL, 
	object TEXT NOT NULL, 
	size BIGINT NOT NULL, 
	sha256 VARCHAR(64) DEFAULT '' NOT NULL, 
	state VARCHAR(8) NOT NULL, 
	created_ms BIGINT NOT NULL, 
	expires_ms BIGINT NOT NULL, 
	PRIMARY KEY (id)
);
CREATE TABLE users (
	name VARCHAR(64) NOT NULL, 
	account VARCHAR(64) NOT NULL, 
	role VARCHAR(32) NOT NULL, 
	password TEXT NOT NULL, 
	state VARCHAR(16) NOT NULL, 
	created_ms BIGINT NOT NULL, 
	PRIMARY KEY (name)
);
CREATE TABLE watermarks (
	seq INTEGER NOT NULL, 
	account VARCHAR(64) NOT NULL, 
	region VARCHAR(64) NOT NULL, 
	id VARCHAR(32) NOT NULL, 
	name TEXT NOT NULL, 
	state VARCHAR(16) NOT NULL, 
	body TEXT NOT NULL, 
	created_ms BIGINT NOT NULL, 
	PRIMARY KEY (seq), 
	UNIQUE (id)
);
CREATE TABLE workflows (
	seq INTEGER NOT NULL, 
	account VARCHAR(64) NOT NULL, 
	region VARCHAR(64) NOT NULL, 
	id VARCHAR(32) NOT NULL, 
	name TEXT NOT NULL, 
	topology TEXT NOT NULL, 
	trigger_mode VARCHAR(16) NOT NULL, 
	revision BIGINT DEFAULT '1' NOT NULL, 
	state VARCHAR(16) NOT NULL, 
	input_bucket VARCHAR(64) NOT NULL, 
	input_prefix TEXT NOT NULL, 
	active_since_ms BIGINT NOT NULL, 
	created_ms BIGINT NOT NULL, 
	PRIMARY KEY (seq), 
	UNIQUE (id)
);
CREATE VIRTUAL TABLE media_search using fts5(words, content='media', content_rowid='seq', detail=none, columnsize=0,
    tokenize="ascii tokenchars '+-/@='", prefix='2 3 4 5 6 7 8 9 10 11 12');
CREATE VIRTUAL TABLE execution_search using fts5(object, content='executions', content_rowid='seq', detail=none, columnsize=0, tokenize='trigram');
CREATE INDEX ix_batch_pipeline ON batches (pipeline_id, state, priority, turn_ms, seq);
CREATE INDEX ix_batch_queue ON batches (state, lane, pipeline_id, priority, turn_ms, seq);
CREATE INDEX ix_batch_run ON batches (run_id);
CREATE INDEX ix_execution_cancelled ON executions (account, region, seq, state, cancelled) WHERE cancelled;
CREATE INDEX ix_execution_failed ON executions (account, region, seq, failed) WHERE failed > 0;
CREATE INDEX ix_execution_list ON executions (account, region, seq, object);
CREATE INDEX ix_execution_name ON executions (workflow_name, account, region, seq);
CREATE INDEX ix_execution_media ON executions (media_id, account, region, seq);
CREATE INDEX ix_execution_state ON executions (account, region, state, seq);
CREATE INDEX ix_executions_created_ms ON executions (created_ms);
CREATE INDEX ix_execution_workflow ON executions (workflow_id, account, region, seq);
CREATE INDEX ix_job_list ON jobs (account, region, kind, seq);
CREATE INDEX ix_job_list_state ON jobs (account, region, kind, state, seq);
CREATE INDEX ix_job_pipeline ON jobs (pipeline_id, account, region, kind, seq);
CREATE INDEX ix_job_pipeline_state ON jobs (pipeline_id, account, region, kind, state, seq);
CREATE INDEX ix_jobs_created_ms ON jobs (created_ms);
CREATE INDEX ix_jobs_batch_id ON jobs (batch_id);
CREATE INDEX ix_jobs_run_id ON jobs (run_id);
CREATE INDEX ix_media_created_ms ON media (created_ms);
CREATE INDEX ix_media_outputs_media_id ON media_outputs (media_id);
CREATE INDEX ix_output_object ON media_outputs (bucket, object);
CREATE INDEX ix_outbox_due ON outbox (sent_ms, next_ms);
CREATE INDEX ix_session_owner ON sessions (kind, name);
CREATE INDEX ix_task_finished ON tasks (finished_ms);
CREATE INDEX ix_upload_expiry ON uploads (expires_ms);
CREATE INDEX ix_upload_owner ON uploads (account, region, owner, state);
CREATE INDEX ix_workflow_input ON workflows (input_bucket, state);
CREATE UNIQUE INDEX uq_workflow_name ON workflows (account, region, name) WHERE state != 'Deleted';
CREATE TRIGGER media_search_add after insert on media begin insert into media_search(rowid, words) values (new.seq, new.words); end;
CREATE TRIGGER media_search_change after update of words on media when old.words <> new.words begin
    insert into media_search(media_search, rowid, words) values ('delete', old.seq, old.words);
    insert into media_search(rowid, words) values (new.seq, new.words); end;
CREATE TRIGGER media_search_remove after delete on media begin
    insert into media_search(media_search, rowid, words) values ('delete', old.seq, old.words); end;
CREATE TRIGGER execution_search_add after insert on executions begin insert into execution_search(rowid, object) values (new.seq, new.object); end;
CREATE TRIGGER execution_search_change after update of object on executions when old.object <> new.object begin
    insert into execution_search(execution_search, rowid, object) values ('delete', old.seq, old.object);
    insert into execution_search(rowid, object) values (new.seq, new.object); end;
CREATE TRIGGER execution_search_remove after delete on executions begin
    insert into execution_search(execution_search, rowid, object) values ('delete', old.seq, old.object); end;
INSERT INTO "alembic_version" (version_num) VALUES ('0001');
INSERT INTO "access_keys" (id, secret, account, role, state, created_ms) VALUES ('LTAItestskey00', 'testssecret0123456789', 'default', 'administrator', 'Active', 1795876849094);
INSERT INTO "activities" (run_id, name, place, type, state, job_id, code, message, result, started_ms, finished_ms, message_key) VALUES ('c058b20173784f9ea48a075467f33ab8', 'start', 0, 'Start', 'Success', 'fab7a221360e439a9364013418b020c0', '', '', '{"raw": {"streams": [{"index": 0, "codec_name": "h264", "codec_long_name": "H.264 / AVC / MPEG-4 AVC / MPEG-4 part 10", "profile": "High 4:4:4 Predictive", "codec_type": "video", "codec_tag_string": "avc1", "codec_tag": "0x31637661", "mime_codec_string": "avc1.f40015", "width": 320, "height": 180, "coded_width": 320, "coded_height": 180, "has_b_frames": 2, "sample_aspect_ratio": "1:1", "display_aspect_ratio": "16:9", "pix_fmt": "yuv444p", "level": 21, "chroma_location": "left", "field_order": "progressive", "is_avc": "true", "nal_length_size": "4", "id": "0x1", "r_frame_rate": "25/1", "avg_frame_rate": "25/1", "time_base": "1/12800", "start_pts": 0, "start_time": "0.000000", "duration_ts": 153600, "duration": "12.000000", "bit_rate": "17532", "bits_per_raw_sample": "8", "nb_frames": "300", "extradata_size": 49, "disposition": {"default": 1, "dub": 0, "original": 0, "comment": 0, "lyrics": 0, "karaoke": 0, "forced": 0, "hearing_impaired": 0, "visual_impaired": 0, "clean_effects": 0, "attached_pic": 0, "timed_thumbnails": 0, "non_diegetic": 0, "captions": 0, "descriptions": 0, "metadata": 0, "dependent": 0, "still_image": 0, "multilayer": 0}, "tags": {"language": "und", "handler_name": "VideoHandler", "encoder": "Lavc libx264"}}, {"index": 1, "codec_name": "aac", "codec_long_name": "AAC (Advanced Audio Coding)", "profile": "LC", "codec_type": "audio", "codec_tag_string": "mp4a", "codec_tag": "0x6134706d", "mime_codec_string": "mp4a.40.2", "sample_fmt": "fltp", "sample_rate": "44100", "channels": 1, "channel_layout": "mono", "bits_per_sample": 0, "initial_padding": 0, "id": "0x2", "r_frame_rate": "0/0", "avg_frame_rate": "0/0", "time_base": "1/44100", "start_pts": 0, "start_time": "0.000000", "duration_ts": 529200, "duration": "12.000000", "bit_rate": "16504", "nb_frames": "518", "extradata_size": 5, "disposition": {"default": 1, "dub": 0, "original": 0, "comment": 0, "lyrics": 0, "karaoke": 0, "forced": 0, "hearing_impaired": 0, "visual_impaired": 0, "clean_effects": 0, "attached_pic": 0, "timed_thumbnails": 0, "non_diegetic": 0, "captions": 0, "descriptions": 0, "metadata": 0, "dependent": 0, "still_image": 0, "multilayer": 0}, "tags": {"language": "und", "handler_name": "SoundHandler"}}], "format": {"nb_streams": 2, "nb_programs": 0, "nb_stream_groups": 0, "format_name": "mov,mp4,m4a,3gp,3g2,mj2", "format_long_name": "QuickTime / MOV", "start_time": "0.000000", "duration": "12.000000", "size": "61458", "bit_rate": "40972", "probe_score": 100, "tags": {"major_brand": "isom", "minor_version": "512", "compatible_brands": "isomiso2avc1mp41"}}}}', 1795876850703, 1795876850948, 'F52115B285E3EC8BDDBB3A4DBA8308F6');
INSERT INTO "activities" (run_id, name, place, type, state, job_id, code, message, result, started_ms, finished_ms, message_key) VALUES ('c058b20173784f9ea48a075467f33ab8', 'pack', 1, 'PackageConfig', 'Success', NULL, '', '', '{}', 1795876850972, 1795876850972, NULL);
INSERT INTO "activities" (run_id, name, place, type, state, job_id, code, message, result, started_ms, finished_ms, message_key) VALUES ('c058b20173784f9ea48a075467f33ab8', 'agroup', 2, 'AudioGroup', 'Success', NULL, '', '', '{}', 1795876850972, 1795876850972, NULL);
INSERT INTO "activities" (run_id, name, place, type, state, job_id, code, message, result, started_ms, finished_ms, message_key) VALUES ('c058b20173784f9ea48a075467f33ab8', 'a1', 3, 'Transcode', 'Running', '6cf8c1ac91d64a88baa5067707063c16', '', '', '{}', 1795876850972, NULL, NULL);
INSERT INTO "activities" (run_id, name, place, type, state, job_id, code, message, result, started_ms, finished_ms, message_key) VALUES ('c058b20173784f9ea48a075467f33ab8', 'cover', 4, 'Snapshot', 'Running', '26c7f29fb06b4a85aa1059a663902773', '', '', '{}', 1795876850972, NULL, NULL);
INSERT INTO "activities" (run_id, name, place, type, state, job_id, code, message, result, started_ms, finished_ms, message_key) VALUES ('c058b20173784f9ea48a075467f33ab8', 'master', 5, 'GenerateMasterPlayList', 'Init', NULL, '', '', '{}', NULL, NULL, NULL);
INSERT INTO "activities" (run_id, name, place, type, state, job_id, code, message, result, started_ms, finished_ms, message_key) VALUES ('c058b20173784f9ea48a075467f33ab8', 'end', 6, 'Report', 'Init', NULL, '', '', '{}', NULL, NULL, NULL);
INSERT INTO "activities" (run_id, name, place, type, state, job_id, code, message, result, started_ms, finished_ms, message_key) VALUES ('c058b20173784f9ea48a075467f33ab8', 'v0', 7, 'Transcode', 'Running', 'c43005947f5249cc86b24999d243f793', '', '', '{}', 1795876850972, NULL, NULL);
INSERT INTO "activities" (run_id, name, place, type, state, job_id, code, message, result, started_ms, finished_ms, message_key) VALUES ('c058b20173784f9ea48a075467f33ab8', 'v1', 8, 'Transcode', 'Running', '734c774256dd493b9e81d618e4971f99', '', '', '{}', 1795876850972, NULL, NULL);
INSERT INTO "batches" (seq, account, region, id, run_id, pipeline_id, kind, lane, priority, turn_ms, state, attempt, source_bucket, source_location, source_object, created_ms, started_ms, finished_ms) VALUES (1, 'default', 'cn-hangzhou', '6f540ff0ec18494c9604de638f09ef29', 'c058b20173784f9ea48a075467f33ab8', '7f77a85deffb4326935bcc741479d5e1', 'Start', 'light', 6, 1795876850662, 'Success', 1, 'cin', 'oss-cn-hangzhou', 'up/one.mp4', 1795876850705, 1795876850806, 1795876850948);
INSERT INTO "batches" (seq, account, region, id, run_id, pipeline_id, kind, lane, priority, turn_ms, state, attempt, source_bucket, source_location, source_object, created_ms, started_ms, finished_ms) VALUES (2, 'default', 'cn-hangzhou', 'd29f8ae00e8c4de78feb6e2643e7475a', 'c058b20173784f9ea48a075467f33ab8', '7f77a85deffb4326935bcc741479d5e1', 'Transcode', 'heavy', 6, 1795876850662, 'Running', 1, 'cin', 'oss-cn-hangzhou', 'up/one.mp4', 1795876851009, 1795876851049, NULL);
INSERT INTO "batches" (seq, account, region, id, run_id, pipeline_id, kind, lane, priority, turn_ms, state, attempt, source_bucket, source_location, source_object, created_ms, started_ms, finished_ms) VALUES (3, 'default', 'cn-hangzhou', 'cdbf63917cb242d3a61d56afc25e4d1a', 'c058b20173784f9ea48a075467f33ab8', '7f77a85deffb4326935bcc741479d5e1', 'Snapshot', 'light', 6, 1795876850662, 'Running', 1, 'cin', 'oss-cn-hangzhou', 'up/one.mp4', 1795876851010, 1795876851043, NULL);
INSERT INTO "buckets" (seq, account, region, name, type, referer, created_ms) VALUES (1, 'default', 'cn-hangzhou', 'cin', 'Input', '', 1795876850393);
INSERT INTO "buckets" (seq, account, region, name, type, referer, created_ms) VALUES (2, 'default', 'cn-hangzhou', 'cout', 'Output', '', 1795876850419);
INSERT INTO "execution_counts" (account, region, state, count) VALUES ('default', 'cn-hangzhou', 'Running', 1);
INSERT INTO "executions" (seq, account, region, run_id, workflow_id, workflow_name, media_id, state, cancelled, bucket, location, object, user_data, trigger_key, total, done, failed, created_ms, finished_ms, graph) VALUES (1, 'default', 'cn-hangzhou', 'c058b20173784f9ea48a075467f33ab8', 'c35cedc486eb4506a00af6062ef0b198', 'ladder-up/', '3eb8501c8d0d4a3d9d1f42460d00c829', 'Running', 0, 'cin', 'oss-cn-hangzhou', 'up/one.mp4', '', 'c35cedc486eb4506a00af6062ef0b198/cin/up/one.mp4/1795876850632389105-61458', 9, 3, 0, 1795876850662, NULL, '{"activities": {"start": {"type": "Start", "shown": "Start", "params": {"PipelineId": "7f77a85deffb4326935bcc741479d5e1", "InputFile": {"Bucket": "cin", "Location": "oss-cn-hangzhou", "ObjectPrefix": "up/"}}, "predecessors": []}, "pack": {"type": "PackageConfig", "shown": "PackageConfig", "params": {"Protocol": "hls", "Output": {"Bucket": "cout", "Location": "oss-cn-hangzhou", "MasterPlayListName": "{RunId}/master.m3u8"}}, "predecessors": ["start"]}, "agroup": {"type": "AudioGroup", "shown": "AudioGroup", "params": {"GroupId": "aud"}, "predecessors": ["pack"]}, "a1": {"type": "Transcode", "shown": "Transcode", "params": {"Outputs": [{"TemplateId": "925fd4134cc44eccac626c4a7145f128", "Video": {"Remove": "true"}}], "ExtXMedia": {"URI": "audio/a.m3u8", "Name": "main"}}, "predecessors": ["agroup"]}, "cover": {"type": "Snapshot", "shown": "Snapshot", "params": {"MediaCover": "true", "SnapshotConfig": {"OutputFile": {"Bucket": "cout", "Location": "oss-cn-hangzhou", "Object": "{RunId}%2Fcover.jpg"}, "Time": "1000"}}, "predecessors": ["start"]}, "master": {"type": "GenerateMasterPlayList", "shown": "GenerateMasterPlayList", "params": {"MasterPlayList": {"MultiBitrateVideoStreams": [{"RefActivityName": "v0", "ExtXStreamInfo": {"BandWidth": "400000", "Audio": "aud"}}, {"RefActivityName": "v1", "ExtXStreamInfo": {"BandWidth": "400000", "Audio": "aud"}}]}}, "predecessors": ["a1", "v0", "v1"]}, "end": {"type": "Report", "shown": "Report", "params": {"PublishType": "Auto"}, "predecessors": ["cover", "master"]}, "v0": {"type": "Transcode", "shown": "Transcode", "params": {"Outputs": [{"TemplateId": "925fd4134cc44eccac626c4a7145f128", "Audio": {"Remove": "true"}}], "MultiBitrateVideoStream": {"URI": "v0/v.m3u8"}}, "predecessors": ["pack"]}, "v1": {"type": "Transcode", "shown": "Transcode", "params": {"Outputs": [{"TemplateId": "21d180b449a4447e8c7699a79ced97e7", "Audio": {"Remove": "true"}}], "MultiBitrateVideoStream": {"URI": "v1/v.m3u8"}}, "predecessors": ["pack"]}}, "templates": {"21d180b449a4447e8c7699a79ced97e7": {"Container": {"Format": "m3u8"}, "Video": {"Codec": "H.264", "Width": "192", "Crf": "30", "Preset": "veryfast"}, "Audio": {"Codec": "AAC", "Bitrate": "64"}, "MuxConfig": {"Segment": {"Duration": "2"}}}, "925fd4134cc44eccac626c4a7145f128": {"Container": {"Format": "m3u8"}, "Video": {"Codec": "H.264", "Width": "320", "Crf": "30", "Preset": "veryfast"}, "Audio": {"Codec": "AAC", "Bitrate": "64"}, "MuxConfig": {"Segment": {"Duration": "2"}}}}, "watermarks": {}, "pipeline_id": "7f77a85deffb4326935bcc741479d5e1"}');
INSERT INTO "jobs" (seq, account, region, id, batch_id, run_id, activity, kind, pipeline_id, state, percent, created_ms, started_ms, finished_ms, request, spec, result, code, message, failure, user_data) VALUES (1, 'default', 'cn-hangzhou', 'fab7a221360e439a9364013418b020c0', '6f540ff0ec18494c9604de638f09ef29', 'c058b20173784f9ea48a075467f33ab8', 'start', 'Start', '7f77a85deffb4326935bcc741479d5e1', 'Success', 100, 1795876850705, 1795876850806, 1795876850948, '{"Input": {"Bucket": "cin", "Location": "oss-cn-hangzhou", "Object": "up/one.mp4"}, "Activity": "start"}', '{"piece_seconds": 60.0}', '{"raw": {"streams": [{"index": 0, "codec_name": "h264", "codec_long_name": "H.264 / AVC / MPEG-4 AVC / MPEG-4 part 10", "profile": "High 4:4:4 Predictive", "codec_type": "video", "codec_tag_string": "avc1", "codec_tag": "0x31637661", "mime_codec_string": "avc1.f40015", "width": 320, "height": 180, "coded_width": 320, "coded_height": 180, "has_b_frames": 2, "sample_aspect_ratio": "1:1", "display_aspect_ratio": "16:9", "pix_fmt": "yuv444p", "level": 21, "chroma_location": "left", "field_order": "progressive", "is_avc": "true", "nal_length_size": "4", "id": "0x1", "r_frame_rate": "25/1", "avg_frame_rate": "25/1", "time_base": "1/12800", "start_pts": 0, "start_time": "0.000000", "duration_ts": 153600, "duration": "12.000000", "bit_rate": "17532", "bits_per_raw_sample": "8", "nb_frames": "300", "extradata_size": 49, "disposition": {"default": 1, "dub": 0, "original": 0, "comment": 0, "lyrics": 0, "karaoke": 0, "forced": 0, "hearing_impaired": 0, "visual_impaired": 0, "clean_effects": 0, "attached_pic": 0, "timed_thumbnails": 0, "non_diegetic": 0, "captions": 0, "descriptions": 0, "metadata": 0, "dependent": 0, "still_image": 0, "multilayer": 0}, "tags": {"language": "und", "handler_name": "VideoHandler", "encoder": "Lavc libx264"}}, {"index": 1, "codec_name": "aac", "codec_long_name": "AAC (Advanced Audio Coding)", "profile": "LC", "codec_type": "audio", "codec_tag_string": "mp4a", "codec_tag": "0x6134706d", "mime_codec_string": "mp4a.40.2", "sample_fmt": "fltp", "sample_rate": "44100", "channels": 1, "channel_layout": "mono", "bits_per_sample": 0, "initial_padding": 0, "id": "0x2", "r_frame_rate": "0/0", "avg_frame_rate": "0/0", "time_base": "1/44100", "start_pts": 0, "start_time": "0.000000", "duration_ts": 529200, "duration": "12.000000", "bit_rate": "16504", "nb_frames": "518", "extradata_size": 5, "disposition": {"default": 1, "dub": 0, "original": 0, "comment": 0, "lyrics": 0, "karaoke": 0, "forced": 0, "hearing_impaired": 0, "visual_impaired": 0, "clean_effects": 0, "attached_pic": 0, "timed_thumbnails": 0, "non_diegetic": 0, "captions": 0, "descriptions": 0, "metadata": 0, "dependent": 0, "still_image": 0, "multilayer": 0}, "tags": {"language": "und", "handler_name": "SoundHandler"}}], "format": {"nb_streams": 2, "nb_programs": 0, "nb_stream_groups": 0, "format_name": "mov,mp4,m4a,3gp,3g2,mj2", "format_long_name": "QuickTime / MOV", "start_time": "0.000000", "duration": "12.000000", "size": "61458", "bit_rate": "40972", "probe_score": 100, "tags": {"major_brand": "isom", "minor_version": "512", "compatible_brands": "isomiso2avc1mp41"}}}}', '', '', '', '');
INSERT INTO "jobs" (seq, account, region, id, batch_id, run_id, activity, kind, pipeline_id, state, percent, created_ms, started_ms, finished_ms, request, spec, result, code, message, failure, user_data) VALUES (2, 'default', 'cn-hangzhou', '6cf8c1ac91d64a88baa5067707063c16', 'd29f8ae00e8c4de78feb6e2643e7475a', 'c058b20173784f9ea48a075467f33ab8', 'a1', 'Transcode', '7f77a85deffb4326935bcc741479d5e1', 'Running', 0, 1795876851009, 1795876851049, NULL, '{"Input": {"Bucket": "cin", "Location": "oss-cn-hangzhou", "Object": "up/one.mp4"}, "Activity": "a1"}', '{"bucket": "cout", "key": "c058b20173784f9ea48a075467f33ab8/audio/a.m3u8", "template": {"Container": {"Format": "m3u8"}, "Video": {"Codec": "H.264", "Width": "320", "Crf": "30", "Preset": "veryfast", "Remove": "true"}, "Audio": {"Codec": "AAC", "Bitrate": "64"}, "MuxConfig": {"Segment": {"Duration": "2"}}}, "marks": [], "audio_map": null, "part": true, "media": {"name": "main", "language": "", "group": "aud"}, "user_data": "", "priority": 6, "piece_seconds": 60.0}', '{}', '', '', '', '');
INSERT INTO "jobs" (seq, account, region, id, batch_id, run_id, activity, kind, pipeline_id, state, percent, created_ms, started_ms, finished_ms, request, spec, result, code, message, failure, user_data) VALUES (3, 'default', 'cn-hangzhou', 'c43005947f5249cc86b24999d243f793', 'd29f8ae00e8c4de78feb6e2643e7475a', 'c058b20173784f9ea48a075467f33ab8', 'v0', 'Transcode', '7f77a85deffb4326935bcc741479d5e1', 'Running', 0, 1795876851009, 1795876851049, NULL, '{"Input": {"Bucket": "cin", "Location": "oss-cn-hangzhou", "Object": "up/one.mp4"}, "Activity": "v0"}', '{"bucket": "cout", "key": "c058b20173784f9ea48a075467f33ab8/v0/v.m3u8", "template": {"Container": {"Format": "m3u8"}, "Video": {"Codec": "H.264", "Width": "320", "Crf": "30", "Preset": "veryfast"}, "Audio": {"Codec": "AAC", "Bitrate": "64", "Remove": "true"}, "MuxConfig": {"Segment": {"Duration": "2"}}}, "marks": [], "audio_map": null, "part": true, "media": null, "user_data": "", "priority": 6, "piece_seconds": 60.0}', '{}', '', '', '', '');
INSERT INTO "jobs" (seq, account, region, id, batch_id, run_id, activity, kind, pipeline_id, state, percent, created_ms, started_ms, finished_ms, request, spec, result, code, message, failure, user_data) VALUES (4, 'default', 'cn-hangzhou', '734c774256dd493b9e81d618e4971f99', 'd29f8ae00e8c4de78feb6e2643e7475a', 'c058b20173784f9ea48a075467f33ab8', 'v1', 'Transcode', '7f77a85deffb4326935bcc741479d5e1', 'Running', 0, 1795876851009, 1795876851049, NULL, '{"Input": {"Bucket": "cin", "Location": "oss-cn-hangzhou", "Object": "up/one.mp4"}, "Activity": "v1"}', '{"bucket": "cout", "key": "c058b20173784f9ea48a075467f33ab8/v1/v.m3u8", "template": {"Container": {"Format": "m3u8"}, "Video": {"Codec": "H.264", "Width": "192", "Crf": "30", "Preset": "veryfast"}, "Audio": {"Codec": "AAC", "Bitrate": "64", "Remove": "true"}, "MuxConfig": {"Segment": {"Duration": "2"}}}, "marks": [], "audio_map": null, "part": true, "media": null, "user_data": "", "priority": 6, "piece_seconds": 60.0}', '{}', '', '', '', '');
INSERT INTO "jobs" (seq, account, region, id, batch_id, run_id, activity, kind, pipeline_id, state, percent, created_ms, started_ms, finished_ms, request, spec, result, code, message, failure, user_data) VALUES (5, 'default', 'cn-hangzhou', '26c7f29fb06b4a85aa1059a663902773', 'cdbf63917cb242d3a61d56afc25e4d1a', 'c058b20173784f9ea48a075467f33ab8', 'cover', 'Snapshot', '7f77a85deffb4326935bcc741479d5e1', 'Running', 0, 1795876851010, 1795876851043, NULL, '{"Input": {"Bucket": "cin", "Location": "oss-cn-hangzhou", "Object": "up/one.mp4"}, "Activity": "cover", "SnapshotConfig": {"OutputFile": {"Bucket": "cout", "Location": "oss-cn-hangzhou", "Object": "{RunId}%2Fcover.jpg"}, "Time": "1000"}}', '{"bucket": "cout", "location": "oss-cn-hangzhou", "object": "c058b20173784f9ea48a075467f33ab8/cover.jpg", "time_ms": 1000, "interval": 10.0, "num": null, "series": false, "width": null, "height": null, "intra": true, "cover": true, "request": {"SnapshotConfig": {"OutputFile": {"Bucket": "cout", "Location": "oss-cn-hangzhou", "Object": "{RunId}%2Fcover.jpg"}, "Time": "1000"}}, "piece_seconds": 60.0}', '{}', '', '', '', '');
INSERT INTO "media" (seq, account, region, id, bucket, location, object, title, description, cate_id, cover_url, tags, publish_state, censor_state, words, created_ms, info) VALUES (1, 'default', 'cn-hangzhou', '3eb8501c8d0d4a3d9d1f42460d00c829', 'cin', 'oss-cn-hangzhou', 'up/one.mp4', 'one.mp4', '', 0, '', '[]', 'Initiated', 'Initiated', '=o255fcbb7aafc415b =o255fcbb7aafc415bsinitiated =o255fcbb7aafc415bc0 =o255fcbb7aafc415bc0sinitiated +one +mp +4 /one /mp /4 /up', 1795876850659, '{"streams":[{"index":0,"codec_name":"h264","codec_long_name":"H.264 / AVC / MPEG-4 AVC / MPEG-4 part 10","profile":"High 4:4:4 Predictive","codec_type":"video","codec_tag_string":"avc1","codec_tag":"0x31637661","mime_codec_string":"avc1.f40015","width":320,"height":180,"coded_width":320,"coded_height":180,"has_b_frames":2,"sample_aspect_ratio":"1:1","display_aspect_ratio":"16:9","pix_fmt":"yuv444p","level":21,"chroma_location":"left","field_order":"progressive","is_avc":"true","nal_length_size":"4","id":"0x1","r_frame_rate":"25/1","avg_frame_rate":"25/1","time_base":"1/12800","start_pts":0,"start_time":"0.000000","duration_ts":153600,"duration":"12.000000","bit_rate":"17532","bits_per_raw_sample":"8","nb_frames":"300","extradata_size":49,"disposition":{"default":1,"dub":0,"original":0,"comment":0,"lyrics":0,"karaoke":0,"forced":0,"hearing_impaired":0,"visual_impaired":0,"clean_effects":0,"attached_pic":0,"timed_thumbnails":0,"non_diegetic":0,"captions":0,"descriptions":0,"metadata":0,"dependent":0,"still_image":0,"multilayer":0},"tags":{"language":"und","handler_name":"VideoHandler","encoder":"Lavc libx264"}},{"index":1,"codec_name":"aac","codec_long_name":"AAC (Advanced Audio Coding)","profile":"LC","codec_type":"audio","codec_tag_string":"mp4a","codec_tag":"0x6134706d","mime_codec_string":"mp4a.40.2","sample_fmt":"fltp","sample_rate":"44100","channels":1,"channel_layout":"mono","bits_per_sample":0,"initial_padding":0,"id":"0x2","r_frame_rate":"0/0","avg_frame_rate":"0/0","time_base":"1/44100","start_pts":0,"start_time":"0.000000","duration_ts":529200,"duration":"12.000000","bit_rate":"16504","nb_frames":"518","extradata_size":5,"disposition":{"default":1,"dub":0,"original":0,"comment":0,"lyrics":0,"karaoke":0,"forced":0,"hearing_impaired":0,"visual_impaired":0,"clean_effects":0,"attached_pic":0,"timed_thumbnails":0,"non_diegetic":0,"captions":0,"descriptions":0,"metadata":0,"dependent":0,"still_image":0,"multilayer":0},"tags":{"language":"und","handler_name":"SoundHandler"}}],"format":{"nb_streams":2,"nb_programs":0,"nb_stream_groups":0,"format_name":"mov,mp4,m4a,3gp,3g2,mj2","format_long_name":"QuickTime / MOV","start_time":"0.000000","duration":"12.000000","size":"61458","bit_rate":"40972","probe_score":100,"tags":{"major_brand":"isom","minor_version":"512","compatible_brands":"isomiso2avc1mp41"}}}');
INSERT INTO "media_counts" (account, region, publish_state, cate_id, count) VALUES ('default', 'cn-hangzhou', 'Initiated', 0, 1);
INSERT INTO "outbox" (seq, account, region, key, body, created_ms, tries, next_ms, sent_ms, error) VALUES (1, 'default', 'cn-hangzhou', 'F52115B285E3EC8BDDBB3A4DBA8308F6', '{"RunId":"c058b20173784f9ea48a075467f33ab8","Name":"start","Type":"Start","State":"Success","MediaWorkflowExecution":{"Name":"ladder-up/","RunId":"c058b20173784f9ea48a075467f33ab8","MediaWorkflowId":"c35cedc486eb4506a00af6062ef0b198","Input":{"InputFile":{"Bucket":"cin","Location":"oss-cn-hangzhou","Object":"up/one.mp4"},"UserData":""},"State":"Running","MediaId":"3eb8501c8d0d4a3d9d1f42460d00c829","ActivityList":[{"RunId":"c058b20173784f9ea48a075467f33ab8","Name":"start","Type":"Start","JobId":"fab7a221360e439a9364013418b020c0","State":"Success","StartTime":"2026-11-28T14:40:50Z","EndTime":"2026-11-28T14:40:50Z"}],"CreationTime":"2026-11-28T14:40:50Z"}}', 1795876850952, 0, 1795876850952, NULL, '');
INSERT INTO "pipelines" (seq, account, region, id, name, state, speed, speed_level, role, notify, max_concurrency, created_ms) VALUES (1, 'default', 'cn-hangzhou', '7f77a85deffb4326935bcc741479d5e1', 'tests', 'Active', 'Standard', NULL, '', '{}', NULL, 1795876850446);
INSERT INTO "seen_objects" (bucket, object, version, sha256, seen_ms) VALUES ('cin', 'up/one.mp4', '1795876850632389105-61458', '', 1795876850741);
INSERT INTO "templates" (seq, account, region, id, name, state, body, created_ms) VALUES (1, 'default', 'cn-hangzhou', '925fd4134cc44eccac626c4a7145f128', 'w320', 'Normal', '{"Container": {"Format": "m3u8"}, "Video": {"Codec": "H.264", "Width": "320", "Crf": "30", "Preset": "veryfast"}, "Audio": {"Codec": "AAC", "Bitrate": "64"}, "MuxConfig": {"Segment": {"Duration": "2"}}}', 1795876850483);
INSERT INTO "templates" (seq, account, region, id, name, state, body, created_ms) VALUES (2, 'default', 'cn-hangzhou', '21d180b449a4447e8c7699a79ced97e7', 'w192', 'Normal', '{"Container": {"Format": "m3u8"}, "Video": {"Codec": "H.264", "Width": "192", "Crf": "30", "Preset": "veryfast"}, "Audio": {"Codec": "AAC", "Bitrate": "64"}, "MuxConfig": {"Segment": {"Duration": "2"}}}', 1795876850496);
INSERT INTO "workflows" (seq, account, region, id, name, topology, trigger_mode, revision, state, input_bucket, input_prefix, active_since_ms, created_ms) VALUES (1, 'default', 'cn-hangzhou', 'c35cedc486eb4506a00af6062ef0b198', 'ladder-up/', '{"Activities": {"start": {"Type": "Start", "Parameters": {"PipelineId": "7f77a85deffb4326935bcc741479d5e1", "InputFile": {"Bucket": "cin", "Location": "oss-cn-hangzhou", "ObjectPrefix": "up/"}}}, "pack": {"Type": "PackageConfig", "Parameters": {"Protocol": "hls", "Output": {"Bucket": "cout", "Location": "oss-cn-hangzhou", "MasterPlayListName": "{RunId}/master.m3u8"}}}, "agroup": {"Type": "AudioGroup", "Parameters": {"GroupId": "aud"}}, "a1": {"Type": "Transcode", "Parameters": {"Outputs": [{"TemplateId": "925fd4134cc44eccac626c4a7145f128", "Video": {"Remove": "true"}}], "ExtXMedia": {"URI": "audio/a.m3u8", "Name": "main"}}}, "cover": {"Type": "Snapshot", "Parameters": {"MediaCover": "true", "SnapshotConfig": {"OutputFile": {"Bucket": "cout", "Location": "oss-cn-hangzhou", "Object": "{RunId}%2Fcover.jpg"}, "Time": "1000"}}}, "master": {"Type": "GenerateMasterPlayList", "Parameters": {"MasterPlayList": {"MultiBitrateVideoStreams": [{"RefActivityName": "v0", "ExtXStreamInfo": {"BandWidth": "400000", "Audio": "aud"}}, {"RefActivityName": "v1", "ExtXStreamInfo": {"BandWidth": "400000", "Audio": "aud"}}]}}}, "end": {"Type": "Report", "Parameters": {"PublishType": "Auto"}}, "v0": {"Type": "Transcode", "Parameters": {"Outputs": [{"TemplateId": "925fd4134cc44eccac626c4a7145f128", "Audio": {"Remove": "true"}}], "MultiBitrateVideoStream": {"URI": "v0/v.m3u8"}}}, "v1": {"Type": "Transcode", "Parameters": {"Outputs": [{"TemplateId": "21d180b449a4447e8c7699a79ced97e7", "Audio": {"Remove": "true"}}], "MultiBitrateVideoStream": {"URI": "v1/v.m3u8"}}}}, "Dependencies": {"start": ["pack", "cover"], "pack": ["agroup", "v0", "v1"], "agroup": ["a1"], "a1": ["master"], "cover": ["end"], "master": ["end"], "end": [], "v0": ["master"], "v1": ["master"]}}', 'OssAutoTrigger', 1, 'Active', 'cin', 'up/', 1795876850511, 1795876850511);
