/// Linux from Java. The only module with native access: everything above it speaks to the kernel
/// through these types.
@org.jspecify.annotations.NullMarked
module fcvm.linux {
  requires static transitive org.jspecify;

  exports fcvm.linux;
}
