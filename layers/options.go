package layers

// WantRate checks an option that is a share between 0 and 1.
func (d *Decoder) WantRate(name string, rate float64) {
	if !(rate >= 0 && rate <= 1) {
		d.Broken("%s must be between 0 and 1, received %v", name, rate)
	}
}

// WantDataFormat checks a data_format option; absent it is channels_last.
func (d *Decoder) WantDataFormat(format string) {
	switch format {
	case "", "channels_last", "channels_first":
	default:
		d.Broken("data_format must be channels_last or channels_first, received %q", format)
	}
}
