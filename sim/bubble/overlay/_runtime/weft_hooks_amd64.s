//go:build !race

// The functions that are called most. They have no frame, and go on with another one by a
// jump, which finds the same return address: what these would do before a call, had they
// been written in Go, is a fourth of what they do. That other one has no more arguments
// than they, since the caller leaves room for so many.

#include "go_asm.h"
#include "textflag.h"

// In R14 is the current goroutine, and in AX the argument.

// func raceread(addr uintptr)
TEXT runtime·raceread<ABIInternal>(SB), NOSPLIT|NOFRAME, $0-8
	MOVQ	(g_weft+weftG_seer+weftSeer_stamp)(R14), CX
	TESTQ	CX, CX
	JZ	none
	MOVQ	AX, DX // as weftLatelyAt does
	SHRQ	$3, DX
	MOVWLZX	DX, DX
	LEAQ	runtime·weftLately(SB), BX
	XORQ	(BX)(DX*8), CX
	MOVQ	AX, DX
	SHRQ	$(3+const_weftLatelyBits), DX
	SHLQ	$32, DX
	XORQ	DX, CX
	MOVL	AX, DX
	ANDL	$7, DX
	BTQ	DX, CX
	JCC	anew
	SHRQ	$const_weftLatelyStamp, CX
	JNZ	anew
	RET
none:
	MOVL	(g_weft+weftG_sight)(R14), DX
	CMPL	DX, runtime·weftSight+weftSightState_run(SB)
	JEQ	anew
	RET
anew:
	JMP	runtime·weftReadsAnew<ABIInternal>(SB)

// func racewrite(addr uintptr)
TEXT runtime·racewrite<ABIInternal>(SB), NOSPLIT|NOFRAME, $0-8
	MOVQ	(g_weft+weftG_seer+weftSeer_stamp)(R14), CX
	TESTQ	CX, CX
	JZ	none
	MOVQ	AX, DX // as weftLatelyAt does
	SHRQ	$3, DX
	MOVWLZX	DX, DX
	LEAQ	runtime·weftLately(SB), BX
	XORQ	(BX)(DX*8), CX
	MOVQ	AX, DX
	SHRQ	$(3+const_weftLatelyBits), DX
	SHLQ	$32, DX
	XORQ	DX, CX
	MOVL	AX, DX
	ANDL	$7, DX
	ADDL	$8, DX // the bit of a write
	BTQ	DX, CX
	JCC	anew
	SHRQ	$const_weftLatelyStamp, CX
	JNZ	anew
	RET
none:
	MOVL	(g_weft+weftG_sight)(R14), DX
	CMPL	DX, runtime·weftSight+weftSightState_run(SB)
	JEQ	anew
	RET
anew:
	JMP	runtime·weftWritesAnew<ABIInternal>(SB)
