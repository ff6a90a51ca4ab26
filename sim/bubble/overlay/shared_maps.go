package overlay

// orderedMaps gives large maps whose hashes are made of addresses an order that can be had
// again; see _maps/weft_order.go.
func orderedMaps() []Edit {
	return []Edit{
		{
			File: "internal/runtime/maps/table.go", Why: "a table knows in which order its entries were put",
			Find: "	groups groupsReference\n}\n\nfunc newTable(",
			Put:  "	groups groupsReference\n\n	weft weftOrder\n}\n\nfunc newTable(",
		},
		{
			File: "internal/runtime/maps/table.go", Why: "a new table numbers its entries",
			Find: "	t.reset(typ, uint16(capacity))\n\n	return t\n",
			Put:  "	t.reset(typ, uint16(capacity))\n	t.weftNumber(typ)\n\n	return t\n",
		},
		{
			File: "internal/runtime/maps/table.go", Why: "a new entry gets a number",
			Find: "			g.ctrls().set(i, ctrl(h2Hash))\n",
			Put:  "			g.ctrls().set(i, ctrl(h2Hash))\n			t.weftPut(typ, g, i)\n",
		},
		{
			File: "internal/runtime/maps/runtime.go", Why: "a new entry gets a number (assignment)",
			Find: "g.ctrls().set(i, ctrl(h2Hash))\n",
			Put:  "g.ctrls().set(i, ctrl(h2Hash))\n					t.weftPut(typ, g, i)\n",
		},
		{
			File: "internal/runtime/maps/runtime_fast64.go", Why: "a new entry gets a number (keys that are pointers)",
			Find: "				*(*unsafe.Pointer)(slotKey) = key\n\n				slotElem = g.elem(typ, i)\n\n				g.ctrls().set(i, ctrl(h2Hash))\n",
			Put:  "				*(*unsafe.Pointer)(slotKey) = key\n\n				slotElem = g.elem(typ, i)\n\n				g.ctrls().set(i, ctrl(h2Hash))\n				t.weftPut(typ, g, i)\n",
		},
		{
			File: "internal/runtime/maps/table.go", Why: "an entry that is moved gets a number",
			Find: "			g.ctrls().set(i, ctrl(h2(hash)))\n			return\n",
			Put:  "			g.ctrls().set(i, ctrl(h2(hash)))\n			t.weftPut(typ, g, i)\n			return\n",
		},
		{
			File: "internal/runtime/maps/table.go", Why: "it is the one that it had (a table is split)",
			Find: "				newTable = right\n			}\n",
			Put:  "				newTable = right\n			}\n			newTable.weftMoves(t, i, j)\n",
		},
		{
			File: "internal/runtime/maps/table.go", Why: "it is the one that it had (a table grows)",
			Find: "				hash := typ.Hasher(key, m.seed)\n\n				newTable.uncheckedPutSlot(",
			Put:  "				hash := typ.Hasher(key, m.seed)\n\n				newTable.weftMoves(t, i, j)\n				newTable.uncheckedPutSlot(",
		},
		{
			File: "internal/runtime/maps/table.go", Why: "a copy of a table has numbers of its own",
			Find: "	t.groups = newGroups\n\n	return t\n",
			Put:  "	t.groups = newGroups\n	t.weftCloned()\n\n	return t\n",
		},
		{
			File: "internal/runtime/maps/table.go", Why: "an iteration goes by the numbers",
			Find: "	it.group = groupSmall\n	it.clearSeq = m.clearSeq\n",
			Put:  "	it.group = groupSmall\n	it.clearSeq = m.clearSeq\n	it.weftBegin()\n",
		},
	}
}

// orderedMaps127 is for what Go 1.27 has in addition: a map that grows out of its first
// group puts the entry that made it grow on the way.
func orderedMaps127() []Edit {
	return []Edit{
		{
			File: "internal/runtime/maps/table.go", Why: "the entry by which a map grows gets a number",
			Find: "			g.ctrls().set(i, ctrl(h2(hash)))\n			return slotElem\n",
			Put:  "			g.ctrls().set(i, ctrl(h2(hash)))\n			t.weftPut(typ, g, i)\n			return slotElem\n",
		},
		{
			File: "internal/runtime/maps/runtime_fast64.go", Why: "the entry by which a map grows gets a number (keys that are pointers)",
			Find: "			*(*unsafe.Pointer)(slotKey) = key\n\n			slotElem := g.elem(typ, i)\n\n			t.growthLeft--\n",
			Put:  "			*(*unsafe.Pointer)(slotKey) = key\n			t.weftPut(typ, g, i)\n\n			slotElem := g.elem(typ, i)\n\n			t.growthLeft--\n",
		},
	}
}
