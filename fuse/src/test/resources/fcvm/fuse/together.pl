# Several processes in directories that are renamed all the time: who is in one finds its files.
mkdir 'a'; mkdir 'a/b'; mkdir 'a/b/c'; mkdir 'x'; touch('a/b/c/f');
my @pids;

# Starts a process in a directory, which does something again and again and counts what fails.
sub start {
  my ($where, $times, @acts) = @_;
  my $pid = fork // die;
  if ($pid) { push @pids, $pid; return }
  chdir $where or die;
  my $failed = 0;
  select undef, undef, undef, 1;
  for (1 .. $times) { for my $act (@acts) { $act->() or $failed++ } }
  POSIX::_exit($failed > 255 ? 255 : $failed);
}
for my $k (1 .. 2) {
  start('a/b/c', 1500, sub { touch("n$k") }, sub { -e 'f' }, sub { rename "n$k", "m$k" }, sub { chmod 0600, "m$k" }, sub { link "m$k", "l$k" }, sub { unlink "l$k" }, sub { unlink "m$k" },
    sub { mkdir "d$k" }, sub { opendir my $d, '.' or return; readdir $d }, sub { rmdir "d$k" });
}
start('.', 3000, sub { rename 'a', 'q' }, sub { rename 'q', 'a' });
start('a', 3000, sub { rename 'b', '../x/r' }, sub { rename '../x/r', 'b' });
for my $pid (@pids) { waitpid $pid, 0; say_('failed', $? >> 8) }
say_(join ' ', sort glob 'a/b/c/*'); say_(join ' ', sort glob '* */*');
