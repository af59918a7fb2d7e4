// ruleid: conversions-are-passed-over
config.load(1);
// ruleid: conversions-are-passed-over
(config as Loader).load(1);
// ok: conversions-are-passed-over
other.load(1);
