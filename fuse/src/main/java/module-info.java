/// A FUSE server: the protocol, and directories of this computer behind it.
@org.jspecify.annotations.NullMarked
module fcvm.fuse {
  requires static transitive org.jspecify;
  requires transitive fcvm.linux;

  exports fcvm.fuse;
}
