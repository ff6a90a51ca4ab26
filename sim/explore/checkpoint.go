package explore

func (x *exploration) resume() error    { return nil }
func (x *exploration) keep() error      { return nil }
func (x *exploration) keepBeforeMerge() {}
