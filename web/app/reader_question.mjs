// page: predictions in the lesson: the card that asks before the result, and the cards that come back to it afterwards.
import {make} from './dom.mjs';
import {tr} from './strings.mjs';

function outcomeNodes(outcome) {
  if (!outcome) return [];
  const same = outcome.verdict === 'as_predicted';
  return [make('p', {class: `outcome ${same ? 'same' : 'otherwise'}`}, make('strong', {text: tr(same ? 'lesson.as_predicted' : 'lesson.otherwise')}),
    outcome.text ? make('span', {text: ` ${outcome.text}`}) : null)];
}

/** Radio buttons: the arrow keys move, and the choice can be changed until the runs have settled the question. */
export function questionCard(question, act) {
  const settled = Boolean(question.outcome);
  const choices = question.choices.map((choice) => {
    const input = make('input', {type: 'radio', name: `question:${question.id}`, value: choice.id, 'data-key': choice.id, disabled: settled,
      on: {change: () => act({do: 'answer', question: question.id, choice: choice.id})}});
    input.checked = question.answered === choice.id;
    const happened = settled && question.outcome.happened === choice.id;
    return make('label', {class: `choice${happened ? ' happened' : ''}`}, input, make('span', {text: choice.label}),
      happened ? make('small', {text: tr('lesson.happened')}) : null);
  });
  return make('fieldset', {class: 'card question'},
    make('legend', {}, make('span', {class: 'kicker', text: tr('lesson.predict')}), make('span', {class: 'question-text', text: question.text})),
    question.answered ? null : make('p', {class: 'quiet-line', text: tr('lesson.predict_hint')}),
    ...choices, ...outcomeNodes(question.outcome));
}

export function predictionCards(predictions) {
  return predictions.map((prediction) => make('div', {class: 'card prediction'},
    make('p', {class: 'kicker', text: tr('lesson.predicted')}),
    make('p', {class: 'question-text', text: prediction.text}),
    make('p', {class: 'answer', text: prediction.answer ?? tr('lesson.not_answered')}),
    ...outcomeNodes(prediction.outcome)));
}
