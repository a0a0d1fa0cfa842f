package fcvm.vmm.x86_64;

/// How a loaded kernel is entered.
sealed interface Entry {
  /// Where its first instruction is.
  long rip();

  /// By Xen's PVH: 32-bit protected mode without paging, `ebx` pointing to `hvm_start_info`.
  /// Source: `docs/misc/pvh.pandoc` of Xen.
  record Pvh(long rip) implements Entry {}

  /// By Linux's 64-bit boot protocol: long mode, `rsi` pointing to the zero page. Source:
  /// `Documentation/arch/x86/boot.rst`.
  ///
  /// @param zeroPage with the kernel's own setup header, if it came with one
  record Linux64(long rip, ZeroPage zeroPage) implements Entry {}
}
