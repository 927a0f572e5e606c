// page: autosaves of runs: written to IndexedDB as they come, one last time when the page goes away, and offered at the next visit.
import {dismiss, notice} from './notices.mjs';
import {number, tr} from './strings.mjs';

export class SaveKeeper {
  /** `place()`: where the runs belong ("lab" or a lesson); `resume(save)` hands a kept run to the lab; `titleOf(preset)`: a promise of what it is called, or null. */
  constructor({saves, runs, place, resume, titleOf}) {
    Object.assign(this, {saves, runs, place, resume, titleOf});
    const leave = () => runs.saveAll();
    document.addEventListener('visibilitychange', () => {
      if (document.visibilityState === 'hidden') leave();
    });
    window.addEventListener('pagehide', leave);
  }

  saved(run) {
    if (!run.save || run.save.step === 0) return;
    dismiss('resume');  // who trains on has chosen
    this.saves.put(this.place(), run.number, {run: run.number, step: run.save.step, preset: run.preset, data: run.data, bytes: run.save.bytes, when: Date.now()});
  }

  async offer() {
    dismiss('resume');
    const found = (await this.saves.list(this.place())).filter((save) => save.step > 0);
    if (!found.length) return;
    const steps = found.map(({step}) => number(step));
    const two = found.length > 1, title = two ? null : await this.titleOf(found[0].preset);
    const said = two ? tr('resume.offer_two', ...steps) : title ? tr('resume.offer_titled', ...steps, title) : tr('resume.offer', ...steps);
    notice('resume', said, {
      severity: 'info',
      actions: [
        {label: two ? tr('resume.go_two') : tr('resume.go', steps[0]), primary: true, run: () => found.forEach(this.resume)},
        {label: tr('resume.fresh'), run: () => this.saves.clear(this.place())},
      ],
    });
  }
}
