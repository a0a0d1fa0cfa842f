/// What runs in the guest, and the protocol that host and guest speak.
@org.jspecify.annotations.NullMarked
module fcvm.agent {
  requires static org.jspecify;
  requires transitive fcvm.linux;

  exports fcvm.agent;
  exports fcvm.agent.bench;
  exports fcvm.agent.machine;
  exports fcvm.agent.protocol;
}
