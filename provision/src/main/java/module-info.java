/// What must be fetched or built before a VM can run, found again by its content.
@org.jspecify.annotations.NullMarked
module fcvm.provision {
  requires static org.jspecify;
  requires transitive fcvm.linux;
  requires org.tukaani.xz;

  exports fcvm.provision;
  exports fcvm.provision.tar;
}
